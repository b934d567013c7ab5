using 'main.bicep'

// To keep evidence. What differs from place to place comes from the environment, as from the variables of a GitHub environment;
// lists have commas. Who deploys is known to deploy.sh.

var ipRules = readEnvironmentVariable('EXPORTER_IP_RULES', '')
var readers = readEnvironmentVariable('READER_PRINCIPAL_IDS', '')
var readerGroups = readEnvironmentVariable('READER_GROUP_IDS', '')
var emails = readEnvironmentVariable('ALERT_EMAILS', '')
var budgetStart = readEnvironmentVariable('BUDGET_START_DATE', '')

param tags = { system: 'nexthink-audit-lake', stage: 'prod' }
param redundancy = 'Standard_ZRS'
param softDeleteDays = 30
param rawCoolAfterDays = 30
param logRetentionDays = 365

// An event that meets an app that sleeps may be refused for good.
param alwaysReady = 1

param logLakeReads = true

// Whoever deploys must be Owner or User Access Administrator for it.
param deleteLocks = readEnvironmentVariable('DELETE_LOCKS', '') == 'true'

// Protects nothing before it is locked by hand. Set it to 0 once it is: Azure refuses to write a locked policy again.
param evidenceImmutabilityDays = 365

param exporterIpRules = empty(ipRules) ? [] : map(split(ipRules, ','), item => trim(item))
param exporterPrincipalId = readEnvironmentVariable('EXPORTER_PRINCIPAL_ID', '')
param readerPrincipalIds = empty(readers) ? [] : map(split(readers, ','), item => trim(item))
param readerGroupIds = empty(readerGroups) ? [] : map(split(readerGroups, ','), item => trim(item))
param alertEmails = empty(emails) ? [] : map(split(emails, ','), item => trim(item))

param pipelineSettings = {
  // Part of every event's identity: settle it before the first file that is to be kept.
  instances: readEnvironmentVariable('INSTANCES', '')
}

// The first day of the month of the first deployment, and the same ever after.
param budget = empty(budgetStart)
  ? null
  : {
      monthlyAmount: 200
      startDate: budgetStart
    }
