// The account of a Functions host: its queues, leases and timers, the app's package, and what Event Grid could not deliver.

import { accountEncryption, accountIdentity } from 'encryption.bicep'
import { AccountKey, Encryption } from 'parameters.bicep'

param name string
param location string
param tags { *: string }
param redundancy string
param encryption Encryption

@description('Null for a key of Azure.')
param key AccountKey?

@description('Who comes past the firewall with no more than a role.')
@allowed(['AzureServices', 'None'])
param bypass string

@description('Reached over private endpoints alone.')
param isPrivate bool

@description('Whether Event Grid delivers to the app.')
param hasEvents bool

@description('Where its requests are logged.')
param workspaceId string

@export()
@description('What the apps run.')
var packageContainer = 'app-packages'

@export()
@description('As the function ingest-announced knows it; the host moves what it gives up on to the one that ends in -poison.')
var eventQueue = 'raw-events'

@export()
@description('What Event Grid could not deliver.')
var deadLetterContainer = 'dead-letters'

var eventQueues = [eventQueue, '${eventQueue}-poison']

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  // checkov:skip=CKV_AZURE_35:closed by the parameter privateNetwork
  // checkov:skip=CKV_AZURE_206:the parameter redundancy decides; by default three zones
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  identity: accountIdentity(key)
  properties: {
    // The host does not work on an account with a hierarchical namespace.
    isHnsEnabled: false
    accessTier: 'Hot'
    encryption: accountEncryption(encryption, key)
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowedCopyScope: 'AAD'
    isLocalUserEnabled: false
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      // Event Grid brings events and dead letters by this exception, which Azure says holds while public access is disabled too. Not
      // tried: if it does not, the events are dropped, which has an alert of its own.
      bypass: bypass
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 7
    }
  }
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: packageContainer
  properties: { publicAccess: 'None' }
}

resource deadLetters 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = if (hasEvents) {
  parent: blobs
  name: deadLetterContainer
  properties: { publicAccess: 'None' }
}

// Both are there whatever delivery says: what is still in the queue when it is switched is taken in.
resource queues 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = if (hasEvents) {
  parent: account
  name: 'default'
}

resource announced 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [
  for queue in hasEvents ? eventQueues : []: {
    parent: queues
    name: queue
  }
]

module requests 'diagnostics.bicep' = {
  params: {
    accountName: account.name
    workspaceId: workspaceId
    logReads: false
  }
}
