// The landing account: the exporter writes its files here, as a rule over the public endpoint. It is an account of its own because of
// exporterAuth 'key': a key opens all of an account, and must not open the evidence.

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

@allowed(['entra', 'key'])
param exporterAuth string

@description('Addresses and ranges that may reach the account; empty for all.')
param exporterIpRules string[]

@description('Closed to the internet: reached over private endpoints alone.')
param isPrivate bool

@description('Subnets of the apps, which the firewall would keep out; none where they come over private endpoints.')
param appSubnetIds string[]

@minValue(0)
param immutabilityDays int

@minValue(0)
param coolAfterDays int

@allowed(['cool', 'cold'])
param coolTier string

@minValue(0)
param retentionDays int

@minValue(1)
@maxValue(365)
param softDeleteDays int

@description('Where its requests are logged.')
param workspaceId string

// Never archive: verify and replay read any file at any time.
var cooler = { daysAfterModificationGreaterThan: max(coolAfterDays, 1) }
var cooling = coolTier == 'cold' ? { tierToCold: cooler } : { tierToCool: cooler }

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  // checkov:skip=CKV_AZURE_36:the parameter networkBypass decides; by default the services that Azure trusts come through
  // checkov:skip=CKV_AZURE_35:closed where exporterIpRules says whom to let in; without them nobody knows where the exporter comes from
  // checkov:skip=CKV_AZURE_59:the exporter comes over the internet; nothing is open to the public, since allowBlobPublicAccess is false
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
    // The one exception: here, and only where the exporter cannot sign in with Entra.
    allowSharedKeyAccess: exporterAuth == 'key'
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowedCopyScope: 'AAD'
    isLocalUserEnabled: false
    isSftpEnabled: false
    // Nexthink's cloud comes over the internet: closed only where nothing does, by landingAccess.
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: bypass
      defaultAction: isPrivate || !empty(exporterIpRules) ? 'Deny' : 'Allow'
      ipRules: [
        for rule in exporterIpRules: {
          value: rule
          action: 'Allow'
        }
      ]
      // Rules for addresses do not hold for callers of the same region: an app comes through by its subnet.
      virtualNetworkRules: [
        for subnet in appSubnetIds: {
          id: subnet
          action: 'Allow'
        }
      ]
    }
  }
}

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

resource raw 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: 'raw'
  properties: { publicAccess: 'None' }
}

// Unlocked, and so no protection yet: locking is a step by hand that nobody can undo. Azure refuses to write a locked policy again.
resource worm 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-06-01' = if (immutabilityDays > 0) {
  parent: raw
  name: 'default'
  properties: {
    immutabilityPeriodSinceCreationInDays: immutabilityDays
    // A writer through the dfs endpoint creates an empty file and appends to it.
    allowProtectedAppendWritesAll: true
  }
}

// Both rules are always there, on or off: one that is left out of a later deployment would stay as it was.
resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'raw-cools'
          type: 'Lifecycle'
          enabled: coolAfterDays > 0
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['${raw.name}/']
            }
            actions: { baseBlob: cooling }
          }
        }
        {
          name: 'raw-expires'
          type: 'Lifecycle'
          enabled: retentionDays > 0
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['${raw.name}/']
            }
            actions: {
              baseBlob: { delete: { daysAfterModificationGreaterThan: max(retentionDays, 1) } }
            }
          }
        }
      ]
    }
  }
}

module requests 'diagnostics.bicep' = {
  params: {
    accountName: account.name
    workspaceId: workspaceId
    logReads: true
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
