using '../../../infra/eventgrid.bicep'

param functionAppName = 'audit-lake-example'
param hostAccountName = 'hostexample'
param deadLetterContainer = 'dead-letters'
param landingAccountName = 'landingexample'
param rawFolder = 'nexthink/audit'
param landedFolders = 'landed/nql/,landed/webhook/,landed/classic/,landed/counts/'
param actionGroupId = '/subscriptions/00000000-0000-4000-8000-000000000002/resourceGroups/audit-lake/providers/Microsoft.Insights/actionGroups/audit-lake-alerts'
