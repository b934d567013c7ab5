// The account of a Functions host: its queues, leases and timers, the app's package, and what Event Grid could not deliver.

param name string
param location string
param tags object
param redundancy string

@description('Reached over private endpoints alone.')
param isPrivate bool

@description('Whether Event Grid delivers to the app.')
param hasEvents bool

@description('Where its requests are logged.')
param workspaceId string

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  // checkov:skip=CKV_AZURE_35:closed by the parameter privateNetwork
  // checkov:skip=CKV_AZURE_206:the parameter redundancy decides; by default three zones
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: {
    // The host does not work on an account with a hierarchical namespace.
    isHnsEnabled: false
    accessTier: 'Hot'
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
      // Event Grid brings its dead letters by this exception. Whether it holds while public access is disabled was not tried; if it
      // does not, the events are dropped, which has an alert of its own.
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: 'app-packages'
  properties: { publicAccess: 'None' }
}

resource deadLetters 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = if (hasEvents) {
  parent: blobs
  name: 'dead-letters'
  properties: { publicAccess: 'None' }
}

module requests 'diagnostics.bicep' = {
  params: {
    accountName: account.name
    workspaceId: workspaceId
    what: 'host'
  }
}

output id string = account.id
output packageContainer string = packages.name
output deadLetterContainer string = deadLetters.name
