// The system topic of the landing account: Azure publishes what happens to its files there.

param landingAccountName string

@description('Of the account: a system topic is where its source is.')
param location string

@description('Empty to make one.')
param existingSystemTopic string

param tags object

resource landing 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: landingAccountName
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = if (empty(existingSystemTopic)) {
  name: '${landingAccountName}-events'
  location: location
  tags: tags
  // System-assigned: behind a storage firewall Event Grid comes through with no other kind.
  identity: { type: 'SystemAssigned' }
  properties: {
    source: landing.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

resource given 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = if (!empty(existingSystemTopic)) {
  name: empty(existingSystemTopic) ? 'none' : existingSystemTopic
}

output topicName string = empty(existingSystemTopic) ? topic.name : given.name
output topicId string = empty(existingSystemTopic) ? topic.id : given.id
output principalId string = empty(existingSystemTopic) ? topic!.identity.principalId : given!.identity.principalId
