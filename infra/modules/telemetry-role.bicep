// Lets one service principal send telemetry to one Application Insights component.

import { roleIds } from 'roles.bicep'

param applicationInsightsName string
param principalId string

@description('What the name of the assignment is made of: the object id, or the resource id of an identity that the same deployment makes, whose object id nobody knows before.')
param assignee string

@allowed(['Monitoring Metrics Publisher'])
param role string

@description('Why, as shown beside the assignment in the portal.')
param reason string

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(component.id, assignee, roleIds[role])
  scope: component
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[role])
    description: reason
  }
}
