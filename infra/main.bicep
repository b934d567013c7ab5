// Everything but the code and the event subscription: deploy this, then the package, then eventgrid.bicep. Safe to run again.

targetScope = 'resourceGroup'

import { Budget, ExistingLanding, Names } from 'modules/parameters.bicep'
import { deadLetterContainer, packageContainer } from 'modules/host.bicep'
import { LandingSources } from 'modules/landing-sources.bicep'
import { PipelineSettings } from 'modules/pipeline-settings.bicep'

@description('Region of every resource. It must have Flex Consumption with the Node version.')
param location string = resourceGroup().location

param tags { *: string } = {}

@description('Beginning of the resources\' names.')
@minLength(2)
@maxLength(18)
param namePrefix string = 'audit-lake'

param names Names = {}

@description('How the storage accounts are replicated.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS', 'Standard_RAGRS', 'Standard_RAGZRS'])
param redundancy string = 'Standard_ZRS'

@description('How the exporter signs in. Warning: key turns on the landing account\'s shared keys. Whoever has one may read, replace and delete every raw file, and no log says who it was. Only where the exporter cannot sign in with Entra; an alert tells of other uses.')
@allowed(['entra', 'key'])
param exporterAuth string = 'entra'

@description('Addresses and CIDR ranges (up to /30; single addresses without a slash) that may write to the landing account, with those of whoever deploys and looks into it; empty for all. The app then comes through a virtual network.')
param exporterIpRules string[] = []

@description('Object id of the service principal that the exporter signs in with (of the enterprise application, not of the app registration); empty where it uses a key or has its role already.')
param exporterPrincipalId string = ''

@description('Take the raw files from an account that is there already. The parameters of exporter and raw files then change nothing there: see to its firewall, keys, lifecycle and logs yourself.')
param existingLandingAccount ExistingLanding?

@description('Folder of the raw zone within its container, without slashes at its ends; empty for the whole container.')
param rawFolder string = ''

@description('Days for which raw files can be neither changed nor deleted; 0 to leave the policy as it is. It is made unlocked; set 0 again once you have locked it, since Azure refuses to write a locked one.')
@minValue(0)
@maxValue(146000)
param rawImmutabilityDays int = 0

@description('Days after which raw files go to a cheaper tier; 0 for never.')
@minValue(0)
@maxValue(36500)
param rawCoolAfterDays int = 30

@description('The cheaper tier. Never archive: verify and replay read any raw file at any time.')
@allowed(['cool', 'cold'])
param rawCoolTier string = 'cool'

@description('Days after which raw files are deleted; 0 for never. Deleted files cannot be decoded again, and verify reports them as expired. Not below rawImmutabilityDays.')
@minValue(0)
@maxValue(36500)
param rawRetentionDays int = 0

@description('Days for which evidence can be neither changed nor deleted; 0 to leave the policy as it is. Unlocked as for the raw files.')
@minValue(0)
@maxValue(146000)
param evidenceImmutabilityDays int = 0

@description('Days for which deleted files can be brought back, in the landing and lake accounts. What was erased on purpose is gone only after them.')
@minValue(1)
@maxValue(365)
param softDeleteDays int = 14

@description('Close lake and host to the internet: private endpoints, and the app in a virtual network. Whoever reads the lake, or queries it from a laptop, then needs a way into that network. The landing account stays open to the exporter.')
param privateNetwork bool = false

@description('Address space of the virtual network, where one is made: at least a /24.')
param networkAddressPrefix string = '10.90.0.0/24'

@description('Object ids of managed identities that may read the tables: a Synapse workspace, a Databricks access connector, a Fabric identity.')
param readerPrincipalIds string[] = []

@description('Object ids of Entra groups of people who may read the tables.')
param readerGroupIds string[] = []

@description('Object id of whoever runs the smoke test; empty for nobody.')
param deployerPrincipalId string = ''

@allowed(['Group', 'ServicePrincipal', 'User'])
param deployerPrincipalType string = 'User'

@description('Memory of an instance of the app. Two files are taken in at a time on each; below 2048 they might not fit.')
@allowed([2048, 4096])
param instanceMemoryMB int = 2048

@description('Instances at most. Each commit is one after the other, so that many more than files arrive at a time are of no use.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Major version of Node: 24, or 22 in regions that lack it.')
@allowed(['22', '24'])
param nodeVersion string = '24'

param pipelineSettings PipelineSettings = {}

@description('Ways out of Nexthink other than the data exporter. What is named here is fetched or received by an app of its own, which may add files to raw below its folders and nothing else; none is made where this is left out.')
param landingSources LandingSources?

@description('Minutes after which the host stops an invocation, where the 30 of host.json are too few. The minutes of pipelineSettings must be less; the app does not start else.')
@minValue(1)
@maxValue(1439)
param functionTimeoutMinutes int?

@description('Days for which telemetry and logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Who is told of alerts and of the budget.')
param alertEmails string[] = []

@description('Alert where nothing was taken in from an instance for so many hours.')
@minValue(1)
@maxValue(336)
param freshnessHours int = 26

@description('Instances that are not expected to send files any more, by their names in pipelineSettings.instances.')
param silentInstances string[] = []

@description('Alert where a file has waited so many minutes: more than settleMinutes and the interval of reconcileSchedule together.')
@minValue(1)
param lagMinutes int = 60

@description('Alert where so many percent of an instance\'s records of a day went to quarantine.')
@minValue(0)
@maxValue(100)
param quarantinePercent int = 1

@description('Alert where what is pulled from Nexthink is so many hours behind: the schedules of landingSources, and what Nexthink needs.')
@minValue(1)
@maxValue(48)
param pullHours int = 26

@description('Alerts that are not wanted, by their names in docs/operate.md; those of Event Grid are always on.')
param mutedAlerts string[] = []

@description('Mails when the resource group costs more; none where it is left out, or where alertEmails is empty.')
param budget Budget?

var unique = uniqueString(resourceGroup().id)
var landingAccountName = existingLandingAccount.?account ?? names.?landingAccount ?? 'landing${unique}'
var landingResourceGroup = existingLandingAccount.?resourceGroup ?? resourceGroup().name
var rawContainer = existingLandingAccount.?container ?? 'raw'
var lakeAccountName = names.?lakeAccount ?? 'lake${unique}'
var hostAccountName = names.?hostAccount ?? 'host${unique}'
var appName = names.?functionApp ?? '${namePrefix}-${unique}'
var landingAppName = names.?landingApp ?? '${take(namePrefix, 13)}-land-${unique}'
var keyVaultName = names.?keyVault ?? 'land-${unique}'

// Worked out here and not passed on by the modules that make them: what-if shows nothing whose name it does not know.
var identityName = '${namePrefix}-identity'
var identityId = resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', identityName)
var workspaceName = '${namePrefix}-logs'
var workspaceId = resourceId('Microsoft.OperationalInsights/workspaces', workspaceName)
var applicationInsightsName = '${namePrefix}-insights'
var applicationInsightsId = resourceId('Microsoft.Insights/components', applicationInsightsName)
var networkId = resourceId('Microsoft.Network/virtualNetworks', '${namePrefix}-network')

// Ways that have a schedule, and a query where they need one.
var expectedPulls = [
  ...(empty(landingSources.?nql.?query) || empty(landingSources.?nql.?schedule) ? [] : ['nql'])
  ...(landingSources.?counts == null ? [] : ['counts'])
  ...(landingSources.?classic == null ? [] : ['classic'])
]

var suffix = environment().suffixes.storage
var lakeUrl = 'https://${lakeAccountName}.dfs.${suffix}/'
var rawUrl = 'https://${landingAccountName}.dfs.${suffix}/${rawContainer}${empty(rawFolder) ? '' : '/${rawFolder}'}'

// Where each way lands its files. Both apps must have them alike.
var landedFolders = {
  nql: pipelineSettings.?nqlPrefix ?? 'landed/nql/'
  webhook: pipelineSettings.?webhookPrefix ?? 'landed/webhook/'
  classic: pipelineSettings.?classicPrefix ?? 'landed/classic/'
  counts: pipelineSettings.?countsPrefix ?? 'landed/counts/'
}

var makesLanding = existingLandingAccount == null
var landsFiles = landingSources.?nql != null || landingSources.?classic != null || landingSources.?webhook != null || landingSources.?counts != null
// A firewall of the landing account would keep the app out if it did not come from a subnet.
var needsNetwork = privateNetwork || (makesLanding && !empty(exporterIpRules))
var services = ['blob', 'dfs', 'queue', 'table']

module identity 'modules/identity.bicep' = {
  params: {
    name: identityName
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    workspaceName: workspaceName
    applicationInsightsName: applicationInsightsName
    location: location
    tags: tags
    retentionDays: logRetentionDays
  }
}

module network 'modules/network.bicep' = if (needsNetwork) {
  params: {
    namePrefix: namePrefix
    location: location
    tags: tags
    addressPrefix: networkAddressPrefix
    appPrefix: cidrSubnet(networkAddressPrefix, 25, 0)
    endpointPrefix: cidrSubnet(networkAddressPrefix, 26, 2)
    landingPrefix: cidrSubnet(networkAddressPrefix, 26, 3)
  }
}

module landing 'modules/landing.bicep' = if (makesLanding) {
  params: {
    name: landingAccountName
    location: location
    tags: tags
    redundancy: redundancy
    exporterAuth: exporterAuth
    exporterIpRules: exporterIpRules
    appSubnetIds: needsNetwork ? ['${networkId}/subnets/app', '${networkId}/subnets/landing'] : []
    immutabilityDays: rawImmutabilityDays
    coolAfterDays: rawCoolAfterDays
    coolTier: rawCoolTier
    retentionDays: rawRetentionDays
    softDeleteDays: softDeleteDays
    workspaceId: workspaceId
  }
  dependsOn: [monitoring, network]
}

module lake 'modules/lake.bicep' = {
  params: {
    name: lakeAccountName
    location: location
    tags: tags
    redundancy: redundancy
    isPrivate: privateNetwork
    evidenceImmutabilityDays: evidenceImmutabilityDays
    softDeleteDays: softDeleteDays
    workspaceId: workspaceId
  }
  dependsOn: [monitoring]
}

module host 'modules/host.bicep' = {
  params: {
    name: hostAccountName
    location: location
    tags: tags
    redundancy: redundancy
    isPrivate: privateNetwork
    workspaceId: workspaceId
    hasEvents: true
  }
  dependsOn: [monitoring]
}

module privateDns 'modules/private-dns.bicep' = if (privateNetwork) {
  params: {
    networkId: networkId
    tags: tags
    services: services
  }
  dependsOn: [network]
}

module lakeEndpoints 'modules/private-endpoints.bicep' = if (privateNetwork) {
  params: {
    accountName: lakeAccountName
    accountId: resourceId('Microsoft.Storage/storageAccounts', lakeAccountName)
    location: location
    tags: tags
    subnetId: '${networkId}/subnets/endpoints'
    // Files are listed through the one and read and written through the other.
    services: ['blob', 'dfs']
  }
  dependsOn: [network, lake, privateDns]
}

module hostEndpoints 'modules/private-endpoints.bicep' = if (privateNetwork) {
  params: {
    accountName: hostAccountName
    accountId: resourceId('Microsoft.Storage/storageAccounts', hostAccountName)
    location: location
    tags: tags
    subnetId: '${networkId}/subnets/endpoints'
    services: ['blob', 'queue', 'table']
  }
  dependsOn: [network, host, privateDns]
}

module access 'modules/access.bicep' = {
  params: {
    landingAccountName: landingAccountName
    landingResourceGroup: landingResourceGroup
    rawContainer: rawContainer
    lakeAccountName: lakeAccountName
    hostAccountName: hostAccountName
    applicationInsightsName: applicationInsightsName
    appIdentityId: identityId
    appPrincipalId: identity.outputs.principalId
    exporterPrincipalId: exporterPrincipalId
    readerPrincipalIds: readerPrincipalIds
    readerGroupIds: readerGroupIds
    deployerPrincipalId: deployerPrincipalId
    deployerPrincipalType: deployerPrincipalType
  }
  dependsOn: [landing, lake, host]
}

module app 'modules/app.bicep' = {
  params: {
    name: appName
    planName: '${namePrefix}-plan'
    location: location
    tags: tags
    identityId: identityId
    subnetId: needsNetwork ? '${networkId}/subnets/app' : ''
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    hostAccountName: hostAccountName
    packageContainer: packageContainer
    workspaceId: workspaceId
  }
  // The app looks for its package, its queues and the lake as soon as it is there.
  dependsOn: [network, access, lakeEndpoints, hostEndpoints]
}

module appSettings 'modules/app-settings.bicep' = {
  params: {
    functionAppName: appName
    identityClientId: identity.outputs.clientId
    applicationInsightsConnectionString: monitoring.outputs.applicationInsightsConnectionString
    hostAccountName: hostAccountName
    landingAccountName: landingAccountName
    rawUrl: rawUrl
    lakeUrl: lakeUrl
    rawRetentionDays: rawRetentionDays
    pipelineSettings: pipelineSettings
    functionTimeoutMinutes: functionTimeoutMinutes
  }
  dependsOn: [app]
}

module landingApp 'modules/landing-app.bicep' = if (landsFiles) {
  params: {
    namePrefix: namePrefix
    name: landingAppName
    hostAccountName: names.?landingHostAccount ?? 'landhost${unique}'
    vaultName: keyVaultName
    location: location
    tags: tags
    redundancy: redundancy
    isPrivate: privateNetwork
    subnetId: needsNetwork ? '${networkId}/subnets/landing' : ''
    endpointSubnetId: privateNetwork ? '${networkId}/subnets/endpoints' : ''
    networkId: privateNetwork ? networkId : ''
    nodeVersion: nodeVersion
    workspaceId: workspaceId
    applicationInsightsName: applicationInsightsName
    applicationInsightsConnectionString: monitoring.outputs.applicationInsightsConnectionString
    landingAccountName: landingAccountName
    landingResourceGroup: landingResourceGroup
    rawContainer: rawContainer
    rawFolder: rawFolder
    rawUrl: rawUrl
    sources: landingSources!
    prefixes: landedFolders
    pipelineSettings: pipelineSettings
    functionTimeoutMinutes: functionTimeoutMinutes
  }
  dependsOn: [network, landing, privateDns]
}

module alerts 'modules/alerts.bicep' = {
  params: {
    namePrefix: namePrefix
    location: location
    tags: tags
    applicationInsightsId: applicationInsightsId
    workspaceId: workspaceId
    alertEmails: alertEmails
    exporterAuth: exporterAuth
    freshnessHours: freshnessHours
    silentInstances: silentInstances
    lagMinutes: lagMinutes
    quarantinePercent: quarantinePercent
    expectedPulls: expectedPulls
    pullHours: pullHours
    comparesCoverage: !empty(pipelineSettings.?coverageSchedule)
    mutedAlerts: mutedAlerts
  }
  dependsOn: [monitoring]
}

module workbook 'modules/workbook.bicep' = {
  params: {
    location: location
    tags: tags
    applicationInsightsId: applicationInsightsId
    workspaceId: workspaceId
  }
  dependsOn: [monitoring]
}

module monthlyBudget 'modules/budget.bicep' = if (budget != null && !empty(alertEmails)) {
  params: {
    monthlyAmount: budget.?monthlyAmount ?? 1
    startDate: budget.?startDate ?? ''
    alertEmails: alertEmails
  }
}

output functionAppName string = appName
output hostAccountName string = hostAccountName
output deadLetterContainer string = deadLetterContainer
output landingAccountName string = landingAccountName
output landingResourceGroup string = landingResourceGroup
output rawContainer string = rawContainer
output rawFolder string = rawFolder
output rawUrl string = rawUrl
output landedFolders string = join(
  [landedFolders.nql, landedFolders.webhook, landedFolders.classic, landedFolders.counts],
  ','
)
output landingAppName string = landsFiles ? landingAppName : ''
output keyVaultName string = landsFiles ? keyVaultName : ''
output landingSecrets string = landsFiles ? landingApp!.outputs.secretNames : ''
output lakeUrl string = lakeUrl
output actionGroupId string = alerts.outputs.actionGroupId
output identityClientId string = identity.outputs.clientId
output applicationInsightsName string = applicationInsightsName
output lakeIsPrivate bool = privateNetwork
