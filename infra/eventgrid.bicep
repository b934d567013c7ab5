// Announces new raw files to the function app. Deployed after the code: the key of its webhook exists only once the host has started with it.

targetScope = 'resourceGroup'

@description('Output functionAppName of main.bicep.')
param functionAppName string

@description('Output hostAccountName of main.bicep.')
param hostAccountName string

@description('Output deadLetterContainer of main.bicep.')
param deadLetterContainer string

@description('Output landingAccountName of main.bicep.')
param landingAccountName string

@description('Output landingResourceGroup of main.bicep.')
param landingResourceGroup string = resourceGroup().name

@description('Output rawContainer of main.bicep.')
param rawContainer string = 'raw'

@description('Output rawFolder of main.bicep: the folder of the raw zone below its container, without slashes at its ends; empty for none.')
param rawFolder string = ''

@description('Output landedFolders of main.bicep: folders of the raw zone, each with a slash at its end and separated by commas, whose files are taken in without an event.')
param landedFolders string

@description('Output actionGroupId of main.bicep.')
param actionGroupId string

@description('A storage account has at most one system topic. Where an existing landing account has one, its name: it is used as it is, and needs a system-assigned identity.')
param existingSystemTopic string = ''

param tags { *: string } = {}

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionAppName
}

// The host makes this key when the blob extension first registers its webhook, some time after the code was deployed.
var webhookKey = listKeys('${app.id}/host/default', '2025-03-01').systemKeys.blobs_extension

// With the slash at its end: raw alone would let raw2 through.
var subjectPrefix = '/blobServices/default/containers/${rawContainer}/blobs/${empty(rawFolder) ? '' : '${rawFolder}/'}'

var topicName = empty(existingSystemTopic) ? '${landingAccountName}-events' : existingSystemTopic
var topicId = resourceId(landingResourceGroup, 'Microsoft.EventGrid/systemTopics', topicName)

module landing 'modules/account-location.bicep' = {
  scope: resourceGroup(landingResourceGroup)
  params: { accountName: landingAccountName }
}

// Beside the account: Azure takes a system topic only in the resource group of its source.
module events 'modules/raw-events.bicep' = {
  scope: resourceGroup(landingResourceGroup)
  params: {
    landingAccountName: landingAccountName
    location: landing.outputs.location
    topicName: topicName
    isThere: !empty(existingSystemTopic)
    tags: tags
  }
}

module topicWritesDeadLetters 'modules/container-role.bicep' = {
  params: {
    accountName: hostAccountName
    containerName: deadLetterContainer
    principalId: events.outputs.principalId
    assignee: topicId
    principalType: 'ServicePrincipal'
    role: 'Storage Blob Data Contributor'
    reason: 'keeps events that could not be delivered'
  }
}

module subscription 'modules/raw-subscription.bicep' = {
  scope: resourceGroup(landingResourceGroup)
  params: {
    topicName: topicName
    // Without the prefix Host.Functions. the host drops every event.
    webhookUrl: 'https://${app.properties.defaultHostName}/runtime/webhooks/blobs?functionName=Host.Functions.ingest-export&code=${webhookKey}'
    subjectPrefix: subjectPrefix
    leftOut: map(split(landedFolders, ','), folder => '${subjectPrefix}${folder}')
    deadLetterAccountId: resourceId('Microsoft.Storage/storageAccounts', hostAccountName)
    deadLetterContainer: deadLetterContainer
  }
  // The topic must be able to write dead letters when the subscription is made.
  dependsOn: [topicWritesDeadLetters]
}

module alerts 'modules/delivery-alerts.bicep' = {
  params: {
    topicId: topicId
    actionGroupId: actionGroupId
    tags: tags
  }
  dependsOn: [events]
}
