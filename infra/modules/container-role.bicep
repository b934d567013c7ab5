// One role of one principal on one container.

import { roleIds } from 'roles.bicep'

param accountName string
param containerName string
param principalId string

@description('What the name of the assignment is made of: the object id, or the resource id of an identity that the same deployment makes, whose object id nobody knows before.')
param assignee string

@description('Told to Azure so that it does not look for a principal made a moment ago, which Entra may not show yet.')
@allowed(['Group', 'ServicePrincipal', 'User'])
param principalType string

@allowed(['Storage Blob Data Contributor', 'Storage Blob Data Reader'])
param role string

@description('Why, as shown beside the assignment in the portal.')
param reason string

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource container 'containers' existing = {
      name: containerName
    }
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account::blobs::container.id, assignee, roleIds[role])
  scope: account::blobs::container
  properties: {
    principalId: principalId
    principalType: principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[role])
    description: reason
  }
}
