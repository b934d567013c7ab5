// What the landing app is told by its environment: where it puts files, who it is, and what it fetches or receives.

import { LandingSources } from 'landing-sources.bicep'
import { PipelineSettings } from 'pipeline-settings.bicep'

param functionAppName string
param identityClientId string
param applicationInsightsConnectionString string
param hostAccountName string
param stateUrl string
param rawUrl string
param vaultName string
param sources LandingSources

@description('Folders of raw, by the settings that name them.')
param prefixes { nql: string, webhook: string, classic: string, counts: string }

@description('Of the function app: what the receiver reads deliveries by, and pullers results, is the same for both.')
param pipelineSettings PipelineSettings

@description('Null for what host.json says.')
@minValue(1)
@maxValue(1439)
param functionTimeoutMinutes int?

var suffix = environment().suffixes.storage

// Null or empty where the operator says nothing: then the variable is left out, and the default holds.
var chosen = {
  AUDIT_LAKE_LANDING_FOLDER: sources.?folder
  AUDIT_LAKE_NQL_URL: sources.?nql.?url
  AUDIT_LAKE_NQL_TOKEN_URL: sources.?nql.?tokenUrl
  AUDIT_LAKE_NQL_SCOPE: sources.?nql.?scope
  AUDIT_LAKE_NQL_CLIENT_ID: sources.?nql.?clientId
  AUDIT_LAKE_NQL_QUERY: sources.?nql.?query
  AUDIT_LAKE_NQL_PARAMETERS: sources.?nql.?parameters
  AUDIT_LAKE_NQL_TIME_FORMAT: sources.?nql.?timeFormat
  AUDIT_LAKE_NQL_TIME_ZONE: sources.?nql.?timeZone
  AUDIT_LAKE_NQL_WINDOW_HOURS: sources.?nql.?windowHours
  AUDIT_LAKE_NQL_START: sources.?nql.?start
  AUDIT_LAKE_NQL_OVERLAP_MINUTES: sources.?nql.?overlapMinutes
  AUDIT_LAKE_NQL_COMPRESSION: sources.?nql.?compression
  AUDIT_LAKE_NQL_CALLS_PER_DAY: sources.?nql.?callsPerDay
  AUDIT_LAKE_NQL_ROW_CAP: sources.?nql.?rowCap
  AUDIT_LAKE_NQL_MAX_BYTES: sources.?nql.?maxBytes
  AUDIT_LAKE_NQL_WAIT_MINUTES: sources.?nql.?waitMinutes
  AUDIT_LAKE_NQL_SCHEDULE: sources.?nql.?schedule
  AUDIT_LAKE_CLASSIC_URL: sources.?classic.?url
  AUDIT_LAKE_CLASSIC_USER: sources.?classic.?user
  AUDIT_LAKE_CLASSIC_TOKEN_URL: sources.?classic.?tokenUrl
  AUDIT_LAKE_CLASSIC_SCOPE: sources.?classic.?scope
  AUDIT_LAKE_CLASSIC_CLIENT_ID: sources.?classic.?clientId
  AUDIT_LAKE_CLASSIC_TRAILS: sources.?classic.?trails
  AUDIT_LAKE_CLASSIC_WINDOW_HOURS: sources.?classic.?windowHours
  AUDIT_LAKE_CLASSIC_START: sources.?classic.?start
  AUDIT_LAKE_CLASSIC_OVERLAP_MINUTES: sources.?classic.?overlapMinutes
  AUDIT_LAKE_CLASSIC_MAX_BYTES: sources.?classic.?maxBytes
  AUDIT_LAKE_CLASSIC_SCHEDULE: sources.?classic.?schedule
  AUDIT_LAKE_WEBHOOK_HEADER: sources.?webhook.?header
  AUDIT_LAKE_WEBHOOK_MAX_BYTES: sources.?webhook.?maxBytes
  AUDIT_LAKE_WEBHOOK_MAX_DEPTH: sources.?webhook.?maxDepth
  AUDIT_LAKE_WEBHOOK_PER_MINUTE: sources.?webhook.?perMinute
  AUDIT_LAKE_NQL_COUNT_QUERY: sources.?counts.?query
  AUDIT_LAKE_NQL_COUNT_SCHEDULE: sources.?counts.?schedule
  // The pipeline's own, which both apps must have alike.
  AUDIT_LAKE_COLUMN_ALIASES: pipelineSettings.?columnAliases
  AUDIT_LAKE_ENCODING: pipelineSettings.?encoding
  AUDIT_LAKE_TIME_FORMAT: pipelineSettings.?timeFormat
  AUDIT_LAKE_TIME_ZONE: pipelineSettings.?timeZone
  AUDIT_LAKE_MAX_RECORD_BYTES: pipelineSettings.?maxRecordBytes
  AUDIT_LAKE_MAX_FILE_BYTES: pipelineSettings.?maxFileBytes
  AUDIT_LAKE_MAX_COMPRESSION_RATIO: pipelineSettings.?maxCompressionRatio
  AUDIT_LAKE_MAX_FRAMES: pipelineSettings.?maxFrames
  AUDIT_LAKE_MAX_WINDOW_BYTES: pipelineSettings.?maxWindowBytes
  AUDIT_LAKE_WEBHOOK_ALIASES: pipelineSettings.?webhookAliases
  AUDIT_LAKE_STORAGE_VERSION: pipelineSettings.?storageVersion
  AUDIT_LAKE_INVOCATION_MINUTES: pipelineSettings.?invocationMinutes
  AUDIT_LAKE_CLASSIC_TIME_ZONE: pipelineSettings.?classicTimeZone
}

// What each secret is called in the vault; empty for those of sources that are off.
var secretNames = {
  AUDIT_LAKE_NQL_CLIENT_SECRET: sources.?nql == null ? '' : 'nql-client-secret'
  AUDIT_LAKE_CLASSIC_PASSWORD: empty(sources.?classic.?user) ? '' : 'classic-password'
  AUDIT_LAKE_CLASSIC_CLIENT_SECRET: empty(sources.?classic.?clientId) ? '' : 'classic-client-secret'
  AUDIT_LAKE_WEBHOOK_SECRET: sources.?webhook == null ? '' : 'webhook-secret'
}

var used = filter(items(secretNames), secret => !empty(secret.value))

var given = toObject(
  filter(items(chosen), setting => string(setting.value ?? '') != ''),
  setting => setting.key,
  setting => string(setting.value)
)

// Without a version, so that a secret that was renewed is taken over within a day, or with the next restart.
var references = toObject(
  used,
  secret => secret.key,
  secret => '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${secret.value})'
)

var minutes = functionTimeoutMinutes ?? 0
var timeout = '${padLeft(minutes / 60, 2, '0')}:${padLeft(minutes % 60, 2, '0')}:00'
var host = functionTimeoutMinutes == null ? {} : { AzureFunctionsJobHost__functionTimeout: timeout }

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionAppName
}

// No FUNCTIONS_WORKER_RUNTIME, FUNCTIONS_EXTENSION_VERSION or WEBSITE_…: Flex Consumption refuses or ignores them. And no
// AUDIT_LAKE_LAKE: what lands files has nothing to do there.
resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: {
    AzureWebJobsStorage__blobServiceUri: 'https://${hostAccountName}.blob.${suffix}'
    AzureWebJobsStorage__tableServiceUri: 'https://${hostAccountName}.table.${suffix}'
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    AUDIT_LAKE_RAW: rawUrl
    AUDIT_LAKE_IDENTITY_CLIENT_ID: identityClientId
    AUDIT_LAKE_LANDING_STATE: stateUrl
    AUDIT_LAKE_NQL_PREFIX: prefixes.nql
    AUDIT_LAKE_WEBHOOK_PREFIX: prefixes.webhook
    AUDIT_LAKE_CLASSIC_PREFIX: prefixes.classic
    AUDIT_LAKE_COUNTS_PREFIX: prefixes.counts
    ...host
    ...given
    ...references
  }
}

@description('What of the vault is read, separated by blanks.')
output secretNames string = join(map(used, secret => secret.value), ' ')
