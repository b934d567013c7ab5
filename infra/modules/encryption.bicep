// How a storage account is encrypted, from what was chosen.

import { AccountKey, Encryption } from 'parameters.bicep'

@export()
@description('The property encryption of an account. Blobs and files have the key of the account in any case.')
func accountEncryption(choice Encryption, key AccountKey?) resourceInput<'Microsoft.Storage/storageAccounts@2025-06-01'>.properties.encryption => {
  requireInfrastructureEncryption: choice.?infrastructure ?? true
  services: {
    blob: { enabled: true, keyType: 'Account' }
    file: { enabled: true, keyType: 'Account' }
    queue: { enabled: true, keyType: choice.?queueAndTableKeys ?? 'Account' }
    table: { enabled: true, keyType: choice.?queueAndTableKeys ?? 'Account' }
  }
  keySource: key == null ? 'Microsoft.Storage' : 'Microsoft.Keyvault'
  identity: key == null ? null : { userAssignedIdentity: key!.identityId }
  keyvaultproperties: key == null
    ? null
    : {
        keyvaulturi: key!.keyVaultUri
        keyname: key!.keyName
        keyversion: key!.keyVersion
      }
}

@export()
@description('The property identity of an account: who uses its key.')
func accountIdentity(key AccountKey?) resourceInput<'Microsoft.Storage/storageAccounts@2025-06-01'>.identity =>
  key == null ? { type: 'None' } : { type: 'UserAssigned', userAssignedIdentities: { '${key!.identityId}': {} } }
