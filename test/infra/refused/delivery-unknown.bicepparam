// Refused: 'queue' | 'webhook'
using '../../../infra/main.bicep'

param delivery = 'both'
