// One role of one service principal on a whole storage account, for what the Functions host keeps in places of its own choosing.

import { roleIds } from 'roles.bicep'

param accountName string
param principalId string

@description('What the name of the assignment is made of: the object id, or the resource id of an identity that the same deployment makes, whose object id nobody knows before.')
param assignee string

@allowed(['Storage Blob Data Owner', 'Storage Queue Data Contributor', 'Storage Table Data Contributor'])
param role string

@description('Why, as shown beside the assignment in the portal.')
param reason string

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, assignee, roleIds[role])
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[role])
    description: reason
  }
}
