// A key for the storage accounts, its vault, and the identity that uses it for them.

param vaultName string
param keyName string
param identityName string
param location string
param tags { *: string }

@description('Where it is logged who uses the key.')
param workspaceId string

module identity 'identity.bicep' = {
  params: {
    name: identityName
    location: location
    tags: tags
  }
}

module vault 'vault.bicep' = {
  params: {
    name: vaultName
    location: location
    tags: tags
    // The accounts come as services that Azure trusts, and nobody else has to.
    isPrivate: true
    workspaceId: workspaceId
  }
}

resource key 'Microsoft.KeyVault/vaults/keys@2025-05-01' = {
  // checkov:skip=CKV_AZURE_112:a key in software costs next to nothing; who must have an HSM gives a key of one
  name: '${vaultName}/${keyName}'
  tags: tags
  properties: {
    kty: 'RSA'
    keySize: 4096
    keyOps: ['wrapKey', 'unwrapKey']
    // What an account was encrypted with is needed for as long as there is the account: a version expires well after the next is there.
    rotationPolicy: {
      attributes: { expiryTime: 'P2Y' }
      lifetimeActions: [
        {
          trigger: { timeAfterCreate: 'P1Y' }
          action: { type: 'rotate' }
        }
      ]
    }
  }
  dependsOn: [vault]
}

module identityUsesKey 'vault-role.bicep' = {
  params: {
    vaultName: vaultName
    principalId: identity.outputs.principalId
    assignee: resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', identityName)
    role: 'Key Vault Crypto Service Encryption User'
    reason: 'wraps the keys of the accounts with the key of the customer'
  }
  dependsOn: [vault]
}
