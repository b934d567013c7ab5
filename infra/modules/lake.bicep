// The lake account: what the pipeline makes of the raw files, and the evidence for it. No key opens it, ever.

import { accountEncryption, accountIdentity } from 'encryption.bicep'
import { AccountKey, Defender, Encryption } from 'parameters.bicep'

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

@description('Keep the account from being deleted.')
param isLocked bool

@description('Null to leave it as the subscription says.')
param defender Defender?

@description('Reached over private endpoints alone.')
param isPrivate bool

@minValue(0)
param evidenceImmutabilityDays int

@minValue(1)
@maxValue(365)
param softDeleteDays int

@description('Log who reads what as well.')
param logReads bool

@description('Where its requests are logged.')
param workspaceId string

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  // checkov:skip=CKV_AZURE_36:the parameter networkBypass decides; by default the services that Azure trusts come through
  // checkov:skip=CKV_AZURE_35:closed by the parameter privateNetwork
  // checkov:skip=CKV_AZURE_206:the parameter redundancy decides; by default three zones
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  identity: accountIdentity(key)
  properties: {
    isHnsEnabled: true
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
    isSftpEnabled: false
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      // The exception is for engines that Azure trusts, such as Synapse; they need a role all the same.
      bypass: bypass
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

// Soft delete brings back what was deleted by mistake, also rows that were erased on purpose, until the days are over.
// Versioning, which would keep overwritten files too, does not exist for accounts with a hierarchical namespace.
resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: true
      days: softDeleteDays
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: softDeleteDays
    }
  }
}

resource curated 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: 'curated'
  properties: { publicAccess: 'None' }
}

resource quarantine 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: 'quarantine'
  properties: { publicAccess: 'None' }
}

resource evidence 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: 'evidence'
  properties: { publicAccess: 'None' }
}

// Unlocked, and so no protection yet: locking is a step by hand that nobody can undo. Azure refuses to write a locked policy again.
resource worm 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-06-01' = if (evidenceImmutabilityDays > 0) {
  parent: evidence
  name: 'default'
  properties: {
    immutabilityPeriodSinceCreationInDays: evidenceImmutabilityDays
    // A piece of evidence comes whole, in one Put Blob under a free name; nothing is ever appended to it.
    allowProtectedAppendWrites: false
    allowProtectedAppendWritesAll: false
  }
}

module requests 'diagnostics.bicep' = {
  params: {
    accountName: account.name
    workspaceId: workspaceId
    logReads: logReads
  }
}

module lock 'lock.bicep' = if (isLocked) {
  params: { accountName: account.name }
}

module defenderSettings 'defender.bicep' = if (defender != null) {
  params: {
    accountName: account.name
    defender: defender!
  }
}
