using 'main.bicep'

// To try it: cheap and open to whoever has a role. What differs from place to place comes from the environment, as from the
// variables of a GitHub environment; lists have commas. Who deploys is known to deploy.sh.

var readers = readEnvironmentVariable('READER_PRINCIPAL_IDS', '')
var readerGroups = readEnvironmentVariable('READER_GROUP_IDS', '')
var emails = readEnvironmentVariable('ALERT_EMAILS', '')

param tags = { system: 'nexthink-audit-lake', stage: 'dev' }
param redundancy = 'Standard_LRS'
param softDeleteDays = 7
param rawCoolAfterDays = 0
param logRetentionDays = 30

param exporterPrincipalId = readEnvironmentVariable('EXPORTER_PRINCIPAL_ID', '')
param readerPrincipalIds = empty(readers) ? [] : map(split(readers, ','), item => trim(item))
param readerGroupIds = empty(readerGroups) ? [] : map(split(readerGroups, ','), item => trim(item))
param alertEmails = empty(emails) ? [] : map(split(emails, ','), item => trim(item))

param pipelineSettings = {
  // Part of every event's identity: settle it before the first file that is to be kept.
  instances: readEnvironmentVariable('INSTANCES', '')
}
