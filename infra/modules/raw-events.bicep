// The system topic of the landing account: Azure publishes what happens to its files there.

param landingAccountName string

@description('Of the account: a system topic is where its source is.')
param location string

@description('As it is called; made by that name unless it is there.')
param topicName string

@description('It is there already, and used as it is.')
param isThere bool

param tags { *: string }

resource landing 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: landingAccountName
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = if (!isThere) {
  name: topicName
  location: location
  tags: tags
  // System-assigned: behind a storage firewall Event Grid comes through with no other kind.
  identity: { type: 'SystemAssigned' }
  properties: {
    source: landing.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

resource given 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = if (isThere) {
  name: topicName
}

output principalId string = isThere ? given!.identity.principalId : topic!.identity.principalId
