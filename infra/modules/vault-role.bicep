// Lets one principal read the secrets of a key vault, or use its keys for storage accounts.

import { roleIds } from 'roles.bicep'

param vaultName string
param principalId string

@description('What the name of the assignment is made of: the object id, or the resource id of an identity that the same deployment makes, whose object id nobody knows before.')
param assignee string

@allowed(['Key Vault Crypto Service Encryption User', 'Key Vault Secrets User'])
param role string

@description('Why, as shown beside the assignment in the portal.')
param reason string

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: vaultName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, assignee, roleIds[role])
  scope: vault
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[role])
    description: reason
  }
}
