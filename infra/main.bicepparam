using 'main.bicep'

// What azd deploys: as dev.bicepparam, to try it. To keep evidence take over what prod.bicepparam has. AZURE_… is known to azd;
// the others are set by azd env set.

var readers = readEnvironmentVariable('READER_PRINCIPAL_IDS', '')
var readerGroups = readEnvironmentVariable('READER_GROUP_IDS', '')
var emails = readEnvironmentVariable('ALERT_EMAILS', '')

param location = readEnvironmentVariable('AZURE_LOCATION')
param tags = { system: 'nexthink-audit-lake', 'azd-env-name': readEnvironmentVariable('AZURE_ENV_NAME', 'azd') }
param redundancy = 'Standard_LRS'
param softDeleteDays = 7
param rawCoolAfterDays = 0
param logRetentionDays = 30

param deployerPrincipalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param deployerPrincipalType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'User')
param exporterPrincipalId = readEnvironmentVariable('EXPORTER_PRINCIPAL_ID', '')
param readerPrincipalIds = empty(readers) ? [] : map(split(readers, ','), item => trim(item))
param readerGroupIds = empty(readerGroups) ? [] : map(split(readerGroups, ','), item => trim(item))
param alertEmails = empty(emails) ? [] : map(split(emails, ','), item => trim(item))

param pipelineSettings = {
  // Part of every event's identity: settle it before the first file that is to be kept.
  instances: readEnvironmentVariable('INSTANCES', '')
}
