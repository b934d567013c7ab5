// Everything but the code and, with delivery = 'webhook', the event subscription: deploy this, then the package, then eventgrid.bicep where
// it is needed. Safe to run again.

targetScope = 'resourceGroup'

import {
  Budget
  CustomerKey
  Defender
  Encryption
  ExistingLanding
  ExistingNetwork
  Names
  NetworkBypass
  PrivateDnsZones
} from 'modules/parameters.bicep'
import { deadLetterContainer, eventQueue, packageContainer } from 'modules/host.bicep'
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

@description('How accounts are encrypted, which Azure takes only when they are made. The defaults are for new deployments; one from before 0.5 must be given { infrastructure: false, queueAndTableKeys: \'Service\' }.')
param encryption Encryption = {}

@description('A key of yours in place of one of Azure, for all accounts that are made.')
param customerKey CustomerKey?

@description('Who comes past the firewalls of the accounts with no more than a role.')
param networkBypass NetworkBypass = {}

@description('Keep the landing and lake accounts from being deleted. Who deploys then needs Owner or User Access Administrator, and nothing below them can be deleted either: roles, for example.')
param deleteLocks bool = false

@description('Log who reads what of the lake: a line for each request of every engine.')
param logLakeReads bool = false

@description('Microsoft Defender for Storage on the landing and lake accounts; left to the subscription where it is left out.')
param defender Defender?

@description('How the exporter signs in. Warning: key turns on the landing account\'s shared keys. Whoever has one may read, replace and delete every raw file, and no log says who it was. Only where the exporter cannot sign in with Entra; an alert tells of other uses.')
@allowed(['entra', 'key'])
param exporterAuth string = 'entra'

@description('Addresses and CIDR ranges (up to /30; single addresses without a slash) that may write to the landing account, with those of whoever deploys and looks into it; empty for all. The app then comes through a virtual network.')
param exporterIpRules string[] = []

@description('Object id of the service principal that the exporter signs in with (of the enterprise application, not of the app registration); empty where it uses a key or has its role already.')
param exporterPrincipalId string = ''

@description('Take the raw files from an account that is there already. The parameters of exporter and raw files then change nothing there: see to its firewall, keys, lifecycle and logs yourself.')
param existingLandingAccount ExistingLanding?

@description('How files of the exporter reach the landing account: over the internet, or over private endpoints alone, where what brings them is in the network. Then nothing outside reaches it; privateNetwork must be on.')
param landingAccess 'internet' | 'private' = 'internet'

@description('How new files are announced to the app. webhook: Event Grid calls the app, whose endpoint is open for it; eventgrid.bicep, deployed after the code, makes the subscription. queue: Event Grid writes to a queue of the host account, by the identity of its topic; the subscription is made here, and the app is closed: it, and whoever deploys its code, is reached over a private endpoint.')
param delivery 'webhook' | 'queue' = 'webhook'

@description('A storage account has at most one system topic. Where the landing account has one, its name, for delivery = queue: it is used as it is, and needs a system-assigned identity.')
param existingSystemTopic string = ''

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

@description('Close lake and host to the internet: private endpoints, and the app in a virtual network. Whoever reads the lake, or queries it from a laptop, then needs a way into that network. The landing account gets private endpoints for the app, and stays open to the exporter unless landingAccess says otherwise.')
param privateNetwork bool = false

@description('Address space of the virtual network, where one is made: at least a /24.')
param networkAddressPrefix string = '10.90.0.0/24'

@description('Subnets of a network that is there already, in place of one that is made. The apps then run in it, whatever else is said.')
param existingNetwork ExistingNetwork?

@description('Where private endpoints get their names.')
param privateDnsZones PrivateDnsZones = { kind: 'made' }

@description('The way out of a network that is made. natGateway costs, has one address that does not change, and leaves no subnet with the way out that Azure gives by default.')
param outbound 'default' | 'natGateway' = 'default'

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

@description('Instances that are kept ready for events, and paid for by the hour. With 0 an event that meets an app that sleeps may be refused for good: its file then waits for the reconciliation.')
@minValue(0)
@maxValue(1000)
param alwaysReady int = 0

@description('Major version of Node: 24, or 22 in regions that lack it.')
@allowed(['22', '24'])
param nodeVersion string = '24'

param pipelineSettings PipelineSettings = {}

@description('Ways out of Nexthink other than the data exporter. What is named here is fetched or received by an app of its own, which may add files to raw below its folders and nothing else; none is made where this is left out.')
param landingSources LandingSources?

@description('How senders reach the receiver of landingSources.webhook: over the internet, or over a private endpoint alone, which a gateway of yours may stand before.')
param receiverAccess 'internet' | 'private' = 'internet'

@description('Minutes after which the host stops an invocation, where the 30 of host.json are too few. The minutes of pipelineSettings must be less; the app does not start else.')
@minValue(1)
@maxValue(1439)
param functionTimeoutMinutes int?

@description('Resource id of a Log Analytics workspace that is there already, in place of one that is made. How long logs are kept is its own matter then.')
param existingWorkspaceId string = ''

@description('Days for which telemetry and logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Resource id of an action group that is there already and is told of alerts and of the budget, in place of one that is made for alertEmails.')
param existingActionGroupId string = ''

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

@description('Mails when the resource group costs more; none where it is left out, or where nobody is to be told.')
param budget Budget?

var unique = uniqueString(resourceGroup().id)
var landingAccountName = existingLandingAccount.?account ?? names.?landingAccount ?? 'landing${unique}'
var landingSubscriptionId = existingLandingAccount.?subscriptionId ?? subscription().subscriptionId
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
var workspaceId = empty(existingWorkspaceId)
  ? resourceId('Microsoft.OperationalInsights/workspaces', workspaceName)
  : existingWorkspaceId
var actionGroupId = empty(existingActionGroupId)
  ? resourceId('Microsoft.Insights/actionGroups', '${namePrefix}-alerts')
  : existingActionGroupId
var applicationInsightsName = '${namePrefix}-insights'
var applicationInsightsId = resourceId('Microsoft.Insights/components', applicationInsightsName)
var networkId = resourceId('Microsoft.Network/virtualNetworks', '${namePrefix}-network')

var encryptionVaultName = names.?encryptionVault ?? 'key-${unique}'
var encryptionIdentityName = '${namePrefix}-encryption-identity'
var accountKey = customerKey == null
  ? null
  : {
      keyVaultUri: customerKey.?keyVaultUri ?? 'https://${encryptionVaultName}${environment().suffixes.keyvaultDns}/'
      keyName: customerKey.?keyName ?? 'audit-lake'
      keyVersion: customerKey.?keyVersion ?? ''
      identityId: customerKey.?identityId ?? resourceId(
        'Microsoft.ManagedIdentity/userAssignedIdentities',
        encryptionIdentityName
      )
    }

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
// A puller is called by nobody. A receiver is, and stays open while the pipeline's app is closed.
var isClosed = delivery == 'queue'
var isLandingAppClosed = landsFiles && (landingSources.?webhook == null ? isClosed : receiverAccess == 'private')
var needsEndpoints = privateNetwork || isClosed || isLandingAppClosed
// A firewall of the landing account would keep the apps out if it did not know their subnets, or they came by private endpoints.
var namesSubnets = makesLanding && !empty(exporterIpRules) && !privateNetwork
var needsNetwork = existingNetwork != null || needsEndpoints || namesSubnets
var makesNetwork = needsNetwork && existingNetwork == null

var appSubnetId = !needsNetwork ? '' : existingNetwork.?appSubnetId ?? '${networkId}/subnets/app'
var endpointSubnetId = !needsEndpoints
  ? ''
  : makesNetwork ? '${networkId}/subnets/endpoints' : existingNetwork.?endpointSubnetId ?? ''
var landingSubnetId = !needsNetwork
  ? ''
  : makesNetwork ? '${networkId}/subnets/landing' : existingNetwork.?landingSubnetId ?? ''

// Zones by what their names are of; each where something has a private endpoint of the kind.
var siteDomains = {
  AzureCloud: 'azurewebsites.net'
  AzureUSGovernment: 'azurewebsites.us'
  AzureChinaCloud: 'chinacloudsites.cn'
}
var zones = [
  ...(privateNetwork
    ? map(['blob', 'dfs', 'queue', 'table'], kind => { kind: kind, name: 'privatelink.${kind}.${suffix}' })
    : [])
  ...(isClosed || isLandingAppClosed ? [{ kind: 'sites', name: 'privatelink.${siteDomains[environment().name]}' }] : [])
  ...(privateNetwork && landsFiles
    ? [{ kind: 'vault', name: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}' }]
    : [])
]
var givenZones = privateDnsZones.kind == 'given'
  ? {
      blob: privateDnsZones.?blob ?? ''
      dfs: privateDnsZones.?dfs ?? ''
      queue: privateDnsZones.?queue ?? ''
      table: privateDnsZones.?table ?? ''
      sites: privateDnsZones.?sites ?? ''
      vault: privateDnsZones.?vault ?? ''
    }
  : {}
var zoneIds = toObject(
  zones,
  zone => zone.kind,
  zone =>
    privateDnsZones.kind == 'made'
      ? resourceId('Microsoft.Network/privateDnsZones', zone.name)
      : givenZones[?zone.kind] ?? ''
)

// The landing account as well, where it is made here: with them its firewall need know no subnet.
var privateServices = privateNetwork
  ? [
      { account: lakeAccountName, services: ['blob', 'dfs'] }
      { account: hostAccountName, services: ['blob', 'queue', 'table'] }
      ...(makesLanding ? [{ account: landingAccountName, services: ['blob', 'dfs', 'queue'] }] : [])
    ]
  : []

// What cannot be together. Refused before anything is made.
var refusals = filter(
  [
    {
      isSo: alwaysReady > maximumInstanceCount
      why: 'alwaysReady (${alwaysReady}) must not be above maximumInstanceCount (${maximumInstanceCount}).'
    }
    {
      isSo: landingAccess == 'private' && !privateNetwork
      why: 'landingAccess = private closes the landing account to the internet: nothing would reach it without privateNetwork = true.'
    }
    {
      isSo: landingAccess == 'private' && !makesLanding
      why: 'landingAccess says how the landing account that is made here is reached: leave it out with existingLandingAccount.'
    }
    {
      isSo: landingAccess == 'private' && !empty(exporterIpRules)
      why: 'exporterIpRules lets addresses of the internet in, which landingAccess = private closes out: give one of them.'
    }
    {
      isSo: receiverAccess == 'private' && landingSources.?webhook == null
      why: 'receiverAccess says how the receiver of landingSources.webhook is reached, and there is none: leave it out.'
    }
    {
      isSo: existingNetwork != null && needsEndpoints && empty(existingNetwork.?endpointSubnetId)
      why: 'existingNetwork needs endpointSubnetId: privateNetwork, delivery = queue and a private receiver make private endpoints.'
    }
    {
      isSo: existingNetwork != null && landsFiles && empty(existingNetwork.?landingSubnetId)
      why: 'existingNetwork needs landingSubnetId: landingSources makes an app that runs in a subnet of its own.'
    }
    {
      isSo: existingNetwork.?appSubnetId == (existingNetwork.?landingSubnetId ?? '-')
      why: 'existingNetwork: appSubnetId and landingSubnetId must be two subnets.'
    }
    {
      isSo: existingNetwork != null && outbound != 'default'
      why: 'outbound is of a network that is made here: leave it out with existingNetwork, whose way out is yours.'
    }
    {
      isSo: privateDnsZones.kind == 'given' && contains(map(items(zoneIds), zone => zone.value), '')
      why: 'privateDnsZones lacks a zone that is needed: ${join(map(filter(items(zoneIds), zone => empty(zone.value)), zone => zone.key), ', ')}.'
    }
    {
      isSo: privateNetwork && networkBypass.?host == 'None'
      why: 'networkBypass.host = None keeps Event Grid out of the host account that privateNetwork closes: neither events nor dead letters would arrive.'
    }
    {
      isSo: !empty(existingActionGroupId) && !empty(alertEmails)
      why: 'existingActionGroupId and alertEmails: give one of them. An action group that is there has its own receivers.'
    }
    {
      isSo: !empty(existingWorkspaceId) && !contains(
        toLower(existingWorkspaceId),
        '/microsoft.operationalinsights/workspaces/'
      )
      why: 'existingWorkspaceId must be the resource id of a workspace, not its name or its customer id.'
    }
    {
      isSo: !empty(existingActionGroupId) && !contains(
        toLower(existingActionGroupId),
        '/microsoft.insights/actiongroups/'
      )
      why: 'existingActionGroupId must be the resource id of an action group, not its name.'
    }
    {
      isSo: delivery == 'webhook' && !empty(existingSystemTopic)
      why: 'existingSystemTopic is for delivery = queue: with webhook give it to eventgrid.bicep, as deploy.sh does by itself.'
    }
    {
      isSo: rawRetentionDays > 0 && rawRetentionDays < rawImmutabilityDays
      why: 'rawRetentionDays (${rawRetentionDays}) must not be below rawImmutabilityDays (${rawImmutabilityDays}): nothing can be deleted before.'
    }
  ],
  refusal => refusal.isSo
)
var region = empty(refusals) ? location : fail(join(map(refusals, refusal => refusal.why), ' '))

module identity 'modules/identity.bicep' = {
  params: {
    name: identityName
    location: region
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    workspaceName: empty(existingWorkspaceId) ? workspaceName : ''
    workspaceId: workspaceId
    applicationInsightsName: applicationInsightsName
    location: region
    tags: tags
    retentionDays: logRetentionDays
  }
}

module network 'modules/network.bicep' = if (makesNetwork) {
  params: {
    namePrefix: namePrefix
    location: region
    tags: tags
    addressPrefix: networkAddressPrefix
    appPrefix: cidrSubnet(networkAddressPrefix, 25, 0)
    endpointPrefix: cidrSubnet(networkAddressPrefix, 26, 2)
    landingPrefix: cidrSubnet(networkAddressPrefix, 26, 3)
    hasServiceEndpoints: namesSubnets || !makesLanding
    outbound: outbound
  }
}

module encryptionKey 'modules/customer-key.bicep' = if (customerKey.?kind == 'made') {
  params: {
    vaultName: encryptionVaultName
    keyName: 'audit-lake'
    identityName: encryptionIdentityName
    location: region
    tags: tags
    workspaceId: workspaceId
  }
  dependsOn: [monitoring]
}

module landing 'modules/landing.bicep' = if (makesLanding) {
  params: {
    name: landingAccountName
    location: region
    tags: tags
    redundancy: redundancy
    encryption: encryption
    key: accountKey
    bypass: networkBypass.?landing ?? 'AzureServices'
    isLocked: deleteLocks
    defender: defender
    exporterAuth: exporterAuth
    exporterIpRules: exporterIpRules
    isPrivate: landingAccess == 'private'
    appSubnetIds: namesSubnets ? filter([appSubnetId, landingSubnetId], id => !empty(id)) : []
    immutabilityDays: rawImmutabilityDays
    coolAfterDays: rawCoolAfterDays
    coolTier: rawCoolTier
    retentionDays: rawRetentionDays
    softDeleteDays: softDeleteDays
    workspaceId: workspaceId
  }
  // Rules for subnets that are being changed are refused.
  dependsOn: [monitoring, network, encryptionKey]
}

module lake 'modules/lake.bicep' = {
  params: {
    name: lakeAccountName
    location: region
    tags: tags
    redundancy: redundancy
    encryption: encryption
    key: accountKey
    bypass: networkBypass.?lake ?? 'AzureServices'
    isLocked: deleteLocks
    defender: defender
    logReads: logLakeReads
    isPrivate: privateNetwork
    evidenceImmutabilityDays: evidenceImmutabilityDays
    softDeleteDays: softDeleteDays
    workspaceId: workspaceId
  }
  dependsOn: [monitoring, encryptionKey]
}

module host 'modules/host.bicep' = {
  params: {
    name: hostAccountName
    location: region
    tags: tags
    redundancy: redundancy
    encryption: encryption
    key: accountKey
    bypass: networkBypass.?host ?? 'AzureServices'
    isPrivate: privateNetwork
    workspaceId: workspaceId
    hasEvents: true
  }
  dependsOn: [monitoring, encryptionKey]
}

module privateDns 'modules/private-dns.bicep' = if (needsEndpoints && privateDnsZones.kind == 'made') {
  params: {
    networkId: split(appSubnetId, '/subnets/')[0]
    tags: tags
    zoneNames: map(zones, zone => zone.name)
  }
  dependsOn: [network]
}

module endpoints 'modules/private-endpoints.bicep' = if (privateNetwork) {
  params: {
    endpoints: flatten(map(
      privateServices,
      each =>
        map(each.services, service => {
          name: each.account
          resourceId: resourceId('Microsoft.Storage/storageAccounts', each.account)
          group: service
          zoneId: zoneIds[service]
        })
    ))
    location: region
    tags: tags
    subnetId: endpointSubnetId
  }
  // After all accounts: a firewall that names a subnet of this network is refused while an endpoint is being put into it.
  dependsOn: [network, privateDns, landing, lake, host]
}

module access 'modules/access.bicep' = {
  params: {
    landingAccountName: landingAccountName
    landingSubscriptionId: landingSubscriptionId
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
    location: region
    tags: tags
    identityId: identityId
    subnetId: appSubnetId
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    // The group whose functions take events: the blob trigger, or the one of the queue.
    alwaysReady: alwaysReady == 0
      ? []
      : [{ name: delivery == 'queue' ? 'function:ingest-announced' : 'blob', instanceCount: alwaysReady }]
    isClosed: isClosed
    hostAccountName: hostAccountName
    packageContainer: packageContainer
    workspaceId: workspaceId
  }
  // The app looks for its package, its queues and the lake as soon as it is there.
  dependsOn: [network, access, endpoints]
}

module appEndpoint 'modules/private-endpoints.bicep' = if (isClosed) {
  params: {
    endpoints: [
      {
        name: appName
        resourceId: resourceId('Microsoft.Web/sites', appName)
        group: 'sites'
        zoneId: zoneIds.sites
      }
    ]
    location: region
    tags: tags
    subnetId: endpointSubnetId
  }
  dependsOn: [app, privateDns]
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
    location: region
    tags: tags
    redundancy: redundancy
    encryption: encryption
    key: accountKey
    bypass: networkBypass.?host ?? 'AzureServices'
    isPrivate: privateNetwork
    isClosed: isLandingAppClosed
    subnetId: landingSubnetId
    endpointSubnetId: endpointSubnetId
    zoneIds: zoneIds
    nodeVersion: nodeVersion
    workspaceId: workspaceId
    applicationInsightsName: applicationInsightsName
    applicationInsightsConnectionString: monitoring.outputs.applicationInsightsConnectionString
    landingAccountName: landingAccountName
    landingSubscriptionId: landingSubscriptionId
    landingResourceGroup: landingResourceGroup
    rawContainer: rawContainer
    rawFolder: rawFolder
    rawUrl: rawUrl
    sources: landingSources!
    prefixes: landedFolders
    pipelineSettings: pipelineSettings
    functionTimeoutMinutes: functionTimeoutMinutes
  }
  dependsOn: [landing, network, privateDns, endpoints, encryptionKey]
}

module announcements 'modules/announcements.bicep' = if (delivery == 'queue') {
  params: {
    landingAccountName: landingAccountName
    landingLocation: makesLanding ? region : ''
    landingSubscriptionId: landingSubscriptionId
    landingResourceGroup: landingResourceGroup
    rawContainer: rawContainer
    rawFolder: rawFolder
    landedFolders: [landedFolders.nql, landedFolders.webhook, landedFolders.classic, landedFolders.counts]
    hostAccountName: hostAccountName
    deadLetterContainer: deadLetterContainer
    queueName: eventQueue
    existingSystemTopic: existingSystemTopic
    actionGroupId: actionGroupId
    tags: tags
  }
  dependsOn: [landing, host, alerts]
}

module alerts 'modules/alerts.bicep' = {
  params: {
    namePrefix: namePrefix
    location: region
    tags: tags
    applicationInsightsId: applicationInsightsId
    workspaceId: workspaceId
    existingActionGroupId: existingActionGroupId
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
    location: region
    tags: tags
    applicationInsightsId: applicationInsightsId
    workspaceId: workspaceId
  }
  dependsOn: [monitoring]
}

module monthlyBudget 'modules/budget.bicep' = if (budget != null && (!empty(alertEmails) || !empty(existingActionGroupId))) {
  params: {
    monthlyAmount: budget.?monthlyAmount ?? 1
    startDate: budget.?startDate ?? ''
    alertEmails: alertEmails
    actionGroupIds: empty(existingActionGroupId) ? [] : [existingActionGroupId]
  }
}

output functionAppName string = appName
output hostAccountName string = hostAccountName
output deadLetterContainer string = deadLetterContainer
output landingAccountName string = landingAccountName
output landingSubscriptionId string = existingLandingAccount.?subscriptionId ?? ''
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
output actionGroupId string = actionGroupId
output identityClientId string = identity.outputs.clientId
output applicationInsightsName string = applicationInsightsName
output delivery string = delivery
output lakeIsPrivate bool = privateNetwork
