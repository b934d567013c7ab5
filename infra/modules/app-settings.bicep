// What the app is told by its environment: where the accounts are, who it is, and how the pipeline reads files.

import { PipelineSettings } from 'pipeline-settings.bicep'

param functionAppName string
param identityClientId string
param applicationInsightsConnectionString string
param hostAccountName string
param landingAccountName string
param rawUrl string
param lakeUrl string
param rawRetentionDays int
param pipelineSettings PipelineSettings

@description('Null for what host.json says.')
@minValue(1)
@maxValue(1439)
param functionTimeoutMinutes int?

var suffix = environment().suffixes.storage

// Null or empty where the operator says nothing: then the variable is left out, and the pipeline's own default holds.
var chosen = {
  AUDIT_LAKE_INSTANCES: pipelineSettings.?instances
  AUDIT_LAKE_INCLUDE: pipelineSettings.?include
  AUDIT_LAKE_EXCLUDE: pipelineSettings.?exclude
  AUDIT_LAKE_HEADER: pipelineSettings.?header
  AUDIT_LAKE_COLUMNS: pipelineSettings.?columns
  AUDIT_LAKE_COLUMN_ALIASES: pipelineSettings.?columnAliases
  AUDIT_LAKE_ENCODING: pipelineSettings.?encoding
  AUDIT_LAKE_DELIMITER: pipelineSettings.?delimiter
  AUDIT_LAKE_TIME_FORMAT: pipelineSettings.?timeFormat
  AUDIT_LAKE_TIME_ZONE: pipelineSettings.?timeZone
  AUDIT_LAKE_CLASSIC_LINE: pipelineSettings.?classicLine
  AUDIT_LAKE_MAX_RECORD_BYTES: pipelineSettings.?maxRecordBytes
  AUDIT_LAKE_MAX_FILE_BYTES: pipelineSettings.?maxFileBytes
  AUDIT_LAKE_MAX_COMPRESSION_RATIO: pipelineSettings.?maxCompressionRatio
  AUDIT_LAKE_MAX_RECORDS: pipelineSettings.?maxRecords
  AUDIT_LAKE_MAX_DAYS: pipelineSettings.?maxDays
  AUDIT_LAKE_MAX_FRAMES: pipelineSettings.?maxFrames
  AUDIT_LAKE_MAX_ENTRIES: pipelineSettings.?maxEntries
  AUDIT_LAKE_MAX_WINDOW_BYTES: pipelineSettings.?maxWindowBytes
  AUDIT_LAKE_NQL_PREFIX: pipelineSettings.?nqlPrefix
  AUDIT_LAKE_WEBHOOK_PREFIX: pipelineSettings.?webhookPrefix
  AUDIT_LAKE_CLASSIC_PREFIX: pipelineSettings.?classicPrefix
  AUDIT_LAKE_COUNTS_PREFIX: pipelineSettings.?countsPrefix
  AUDIT_LAKE_WEBHOOK_ALIASES: pipelineSettings.?webhookAliases
  AUDIT_LAKE_STORAGE_VERSION: pipelineSettings.?storageVersion
  AUDIT_LAKE_MAX_LOG_BYTES: pipelineSettings.?maxLogBytes
  AUDIT_LAKE_CODEC: pipelineSettings.?codec
  AUDIT_LAKE_SETTLE_MINUTES: pipelineSettings.?settleMinutes
  AUDIT_LAKE_RECONCILE_SCHEDULE: pipelineSettings.?reconcileSchedule
  AUDIT_LAKE_RECONCILE_MINUTES: pipelineSettings.?reconcileMinutes
  AUDIT_LAKE_RECONCILE_TRIES: pipelineSettings.?reconcileTries
  AUDIT_LAKE_MAINTAIN_SCHEDULE: pipelineSettings.?maintainSchedule
  AUDIT_LAKE_MAINTAIN_MINUTES: pipelineSettings.?maintainMinutes
  AUDIT_LAKE_INVOCATION_MINUTES: pipelineSettings.?invocationMinutes
  AUDIT_LAKE_CLASSIC_TIME_ZONE: pipelineSettings.?classicTimeZone
  AUDIT_LAKE_CLASSIC_TIME_FORMAT: pipelineSettings.?classicTimeFormat
  AUDIT_LAKE_COVERAGE_LATE_HOURS: pipelineSettings.?coverageLateHours
  AUDIT_LAKE_COVERAGE_SCHEDULE: pipelineSettings.?coverageSchedule
  AUDIT_LAKE_LANDED_SCHEDULE: pipelineSettings.?landedSchedule
}

var given = toObject(
  filter(items(chosen), setting => string(setting.value ?? '') != ''),
  setting => setting.key,
  setting => string(setting.value)
)

var minutes = functionTimeoutMinutes ?? 0
var timeout = '${padLeft(minutes / 60, 2, '0')}:${padLeft(minutes % 60, 2, '0')}:00'
var host = functionTimeoutMinutes == null ? {} : { AzureFunctionsJobHost__functionTimeout: timeout }

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionAppName
}

// No FUNCTIONS_WORKER_RUNTIME, FUNCTIONS_EXTENSION_VERSION or WEBSITE_…: Flex Consumption refuses or ignores them.
resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: {
    AzureWebJobsStorage__blobServiceUri: 'https://${hostAccountName}.blob.${suffix}'
    AzureWebJobsStorage__queueServiceUri: 'https://${hostAccountName}.queue.${suffix}'
    AzureWebJobsStorage__tableServiceUri: 'https://${hostAccountName}.table.${suffix}'
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    // The queue is asked for as well: the trigger's poison messages go to the account of the files.
    RAW__blobServiceUri: 'https://${landingAccountName}.blob.${suffix}'
    RAW__queueServiceUri: 'https://${landingAccountName}.queue.${suffix}'
    RAW__credential: 'managedidentity'
    RAW__clientId: identityClientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    AUDIT_LAKE_LAKE: lakeUrl
    AUDIT_LAKE_RAW: rawUrl
    AUDIT_LAKE_IDENTITY_CLIENT_ID: identityClientId
    AUDIT_LAKE_RAW_RETENTION_DAYS: string(rawRetentionDays)
    ...host
    ...given
  }
}
