// What lands files in raw: an app of its own, with an identity, a host account and a key vault of its own. It may add files below its
// folders of raw, and reaches nothing else of the lake. ../../docs/decisions/0009-landing-app.md says why.

import { packageContainer } from 'host.bicep'
import { stateContainer } from 'landing-state.bicep'
import { AccountKey, Encryption } from 'parameters.bicep'
import { LandingSources } from 'landing-sources.bicep'
import { PipelineSettings } from 'pipeline-settings.bicep'

@description('Beginning of the resources\' names.')
param namePrefix string

param name string
param hostAccountName string
param vaultName string
param location string
param tags { *: string }
param redundancy string
param encryption Encryption

@description('Null for a key of Azure.')
param key AccountKey?

@description('Who comes past the firewall of its host account with no more than a role.')
@allowed(['AzureServices', 'None'])
param bypass string

@description('Host account and key vault are reached over private endpoints alone.')
param isPrivate bool

@description('Subnet of the app; empty for none.')
param subnetId string

@description('Closed to the internet: reached over a private endpoint alone, deployments too.')
param isClosed bool

@description('Subnet of the private endpoints; empty for none.')
param endpointSubnetId string

@description('Private DNS zones, by parts of resources; empty for none.')
param zoneIds { *: string }

param nodeVersion string

@description('Where its host logs, and who reads secrets.')
param workspaceId string

param applicationInsightsName string
param applicationInsightsConnectionString string

param landingAccountName string
param landingSubscriptionId string
param landingResourceGroup string
param rawContainer string

@description('Folder of the raw zone within its container, without slashes at its ends; empty for the whole container.')
param rawFolder string

param rawUrl string
param sources LandingSources

@description('Folders of raw, by the settings that name them.')
param prefixes { nql: string, webhook: string, classic: string, counts: string }

@description('Of the function app.')
param pipelineSettings PipelineSettings

param functionTimeoutMinutes int?

var root = empty(rawFolder) ? '' : '${rawFolder}/'
// Only those of the sources that are on.
var folders = map(
  filter(
    [
      { isOn: sources.?nql != null, prefix: prefixes.nql }
      { isOn: sources.?counts != null, prefix: prefixes.counts }
      { isOn: sources.?classic != null, prefix: prefixes.classic }
      { isOn: sources.?webhook != null, prefix: prefixes.webhook }
    ],
    source => source.isOn
  ),
  source => '${root}${source.prefix}'
)

var identityName = '${namePrefix}-landing-identity'
var identityId = resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', identityName)

module identity 'identity.bicep' = {
  params: {
    name: identityName
    location: location
    tags: tags
  }
}

module host 'host.bicep' = {
  params: {
    name: hostAccountName
    location: location
    tags: tags
    redundancy: redundancy
    isPrivate: isPrivate
    workspaceId: workspaceId
    hasEvents: false
    encryption: encryption
    key: key
    bypass: bypass
  }
}

module vault 'vault.bicep' = {
  params: {
    name: vaultName
    location: location
    tags: tags
    isPrivate: isPrivate
    workspaceId: workspaceId
  }
}

module state 'landing-state.bicep' = {
  scope: resourceGroup(landingSubscriptionId, landingResourceGroup)
  params: { accountName: landingAccountName }
}

var hostAccountId = resourceId('Microsoft.Storage/storageAccounts', hostAccountName)

module endpoints 'private-endpoints.bicep' = if (isPrivate) {
  params: {
    endpoints: [
      { name: hostAccountName, resourceId: hostAccountId, group: 'blob', zoneId: zoneIds.?blob ?? '' }
      { name: hostAccountName, resourceId: hostAccountId, group: 'table', zoneId: zoneIds.?table ?? '' }
      {
        name: vaultName
        resourceId: resourceId('Microsoft.KeyVault/vaults', vaultName)
        group: 'vault'
        zoneId: zoneIds.?vault ?? ''
      }
    ]
    location: location
    tags: tags
    subnetId: endpointSubnetId
  }
  dependsOn: [host, vault]
}

module access 'landing-access.bicep' = {
  params: {
    landingAccountName: landingAccountName
    landingSubscriptionId: landingSubscriptionId
    landingResourceGroup: landingResourceGroup
    rawContainer: rawContainer
    stateContainer: stateContainer
    folders: folders
    roleDefinitionId: sources.?roleDefinitionId ?? ''
    landingHostAccountName: hostAccountName
    vaultName: vaultName
    applicationInsightsName: applicationInsightsName
    landingIdentityId: identityId
    landingPrincipalId: identity.outputs.principalId
  }
  dependsOn: [state, host, vault]
}

module app 'app.bicep' = {
  params: {
    name: name
    planName: '${namePrefix}-landing-plan'
    location: location
    tags: tags
    identityId: identityId
    subnetId: subnetId
    nodeVersion: nodeVersion
    instanceMemoryMB: 2048
    maximumInstanceCount: 40
    alwaysReady: []
    isClosed: isClosed
    hostAccountName: hostAccountName
    packageContainer: packageContainer
    workspaceId: workspaceId
  }
  // The app looks for its package, its secrets and raw as soon as it is there.
  dependsOn: [access, endpoints]
}

module appEndpoint 'private-endpoints.bicep' = if (isClosed) {
  params: {
    endpoints: [
      {
        name: name
        resourceId: resourceId('Microsoft.Web/sites', name)
        group: 'sites'
        zoneId: zoneIds.?sites ?? ''
      }
    ]
    location: location
    tags: tags
    subnetId: endpointSubnetId
  }
  dependsOn: [app]
}

module settings 'landing-app-settings.bicep' = {
  params: {
    functionAppName: name
    identityClientId: identity.outputs.clientId
    applicationInsightsConnectionString: applicationInsightsConnectionString
    hostAccountName: hostAccountName
    stateUrl: 'https://${landingAccountName}.dfs.${environment().suffixes.storage}/${stateContainer}'
    rawUrl: rawUrl
    vaultName: vaultName
    sources: sources
    prefixes: prefixes
    pipelineSettings: pipelineSettings
    functionTimeoutMinutes: functionTimeoutMinutes
  }
  dependsOn: [app]
}

output secretNames string = settings.outputs.secretNames
