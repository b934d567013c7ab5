// Lets one principal read the secrets of the key vault, or keep them.

import { roleIds } from 'roles.bicep'

param vaultName string
param principalId string

@allowed(['Key Vault Secrets User'])
param role string

@description('Why, as shown beside the assignment in the portal.')
param reason string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalId, roleIds[role])
  scope: vault
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[role])
    description: reason
  }
}
