// Refused: must not be above maximumInstanceCount
using '../../../infra/main.bicep'

param alwaysReady = 41
