// Announces the finished files of the raw zone: the landing account's system topic, what it may write to, its subscription, and the alerts
// on events that did not arrive.

param landingAccountName string

@description('Where the landing account is; empty to look it up.')
param landingLocation string = ''

param landingSubscriptionId string
param landingResourceGroup string
param rawContainer string

@description('Folder of the raw zone below its container, without slashes at its ends; empty for none.')
param rawFolder string

@description('Folders of the raw zone, each with a slash at its end, whose files are taken in without an event.')
@minLength(1)
@maxLength(24)
param landedFolders string[]

param hostAccountName string
param deadLetterContainer string

@description('The queue of the host account that events go to; empty where they go to webhookUrl.')
param queueName string = ''

@description('The webhook of the blob trigger, with its key; empty where events go to a queue.')
@secure()
param webhookUrl string = ''

@description('A system topic that is there already; empty to make one.')
param existingSystemTopic string

param actionGroupId string
param tags { *: string }

// With the slash at its end: raw alone would let raw2 through.
var subjectPrefix = '/blobServices/default/containers/${rawContainer}/blobs/${empty(rawFolder) ? '' : '${rawFolder}/'}'
var hostAccountId = resourceId('Microsoft.Storage/storageAccounts', hostAccountName)

var topicName = empty(existingSystemTopic) ? '${landingAccountName}-events' : existingSystemTopic
var topicId = resourceId(landingSubscriptionId, landingResourceGroup, 'Microsoft.EventGrid/systemTopics', topicName)

module landing 'account-location.bicep' = if (empty(landingLocation)) {
  scope: resourceGroup(landingSubscriptionId, landingResourceGroup)
  params: { accountName: landingAccountName }
}

// Beside the account: Azure takes a system topic only in the resource group of its source.
module events 'raw-events.bicep' = {
  scope: resourceGroup(landingSubscriptionId, landingResourceGroup)
  params: {
    landingAccountName: landingAccountName
    location: empty(landingLocation) ? landing!.outputs.location : landingLocation
    topicName: topicName
    isThere: !empty(existingSystemTopic)
    tags: tags
  }
}

module topicWritesDeadLetters 'container-role.bicep' = {
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

module topicSendsMessages 'queue-role.bicep' = if (!empty(queueName)) {
  params: {
    accountName: hostAccountName
    queueName: queueName
    principalId: events.outputs.principalId
    assignee: topicId
    role: 'Storage Queue Data Message Sender'
    reason: 'puts each announced file into the queue of the function app'
  }
}

module subscription 'raw-subscription.bicep' = {
  scope: resourceGroup(landingSubscriptionId, landingResourceGroup)
  params: {
    topicName: topicName
    webhookUrl: webhookUrl
    hostAccountId: hostAccountId
    queueName: queueName
    subjectPrefix: subjectPrefix
    leftOut: map(landedFolders, folder => '${subjectPrefix}${folder}')
    deadLetterContainer: deadLetterContainer
  }
  // Azure tries both roles when the subscription is made.
  dependsOn: [topicWritesDeadLetters, topicSendsMessages]
}

module alerts 'delivery-alerts.bicep' = {
  params: {
    topicName: topicName
    topicId: topicId
    actionGroupId: actionGroupId
    tags: tags
  }
  dependsOn: [events]
}
