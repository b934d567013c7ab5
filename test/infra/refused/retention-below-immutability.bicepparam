// Refused: must not be below rawImmutabilityDays
using '../../../infra/main.bicep'

param rawImmutabilityDays = 365

param rawRetentionDays = 364
