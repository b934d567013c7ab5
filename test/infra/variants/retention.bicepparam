using '../../../infra/main.bicep'

param rawCoolAfterDays = 90
param rawCoolTier = 'cold'
param rawRetentionDays = 400
param rawImmutabilityDays = 365
param evidenceImmutabilityDays = 3650
param softDeleteDays = 30
param logRetentionDays = 730
