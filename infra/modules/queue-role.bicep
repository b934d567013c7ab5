// Lets one service principal put messages into one queue, and do nothing else with it.

import { roleIds } from 'roles.bicep'

param accountName string
param queueName string
param principalId string

@description('What the name of the assignment is made of: the object id, or the resource id of an identity that the same deployment makes, whose object id nobody knows before.')
param assignee string

@allowed(['Storage Queue Data Message Sender'])
param role string

@description('Why, as shown beside the assignment in the portal.')
param reason string

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName

  resource queues 'queueServices' existing = {
    name: 'default'

    resource queue 'queues' existing = {
      name: queueName
    }
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account::queues::queue.id, assignee, roleIds[role])
  scope: account::queues::queue
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[role])
    description: reason
  }
}
