// Announces new raw files to the function app's webhook. Deployed after the code: the key of the webhook exists only once the host has started
// with it. Not with the parameter delivery = 'queue' of main.bicep, which needs no key.

targetScope = 'resourceGroup'

@description('Output functionAppName of main.bicep.')
param functionAppName string

@description('Output hostAccountName of main.bicep.')
param hostAccountName string

@description('Output deadLetterContainer of main.bicep.')
param deadLetterContainer string

@description('Output landingAccountName of main.bicep.')
param landingAccountName string

@description('Output landingSubscriptionId of main.bicep: where the landing account is; empty for this subscription.')
param landingSubscriptionId string = ''

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

module announcements 'modules/announcements.bicep' = {
  params: {
    landingAccountName: landingAccountName
    landingSubscriptionId: empty(landingSubscriptionId) ? subscription().subscriptionId : landingSubscriptionId
    landingResourceGroup: landingResourceGroup
    rawContainer: rawContainer
    rawFolder: rawFolder
    landedFolders: split(landedFolders, ',')
    hostAccountName: hostAccountName
    deadLetterContainer: deadLetterContainer
    // Without the prefix Host.Functions. the host drops every event.
    webhookUrl: 'https://${app.properties.defaultHostName}/runtime/webhooks/blobs?functionName=Host.Functions.ingest-export&code=${webhookKey}'
    existingSystemTopic: existingSystemTopic
    actionGroupId: actionGroupId
    tags: tags
  }
}
