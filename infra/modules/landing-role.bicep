// The one role on raw of what lands files: it may add files below its folders and see whether they are there, and nothing else. To
// replace a file takes blobs/write, and to delete one blobs/delete: it has neither.

targetScope = 'resourceGroup'

param accountName string
param containerName string
param principalId string

@description('What the name of the assignment is made of: the object id, or the resource id of an identity that the same deployment makes, whose object id nobody knows before.')
param assignee string

@description('Below the container: the only folders that files may be added to, each with a slash at its end.')
@minLength(1)
param folders string[]

@description('A role that is there already; empty to make one.')
param roleDefinitionId string

@description('Why, as shown beside the assignment in the portal.')
param reason string

var blob = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs'
// Without a lambda, which checkov does not read.
var pathBegins = '@Resource[${blob}:path] StringStartsWith '
var below = '${pathBegins}\'${join(folders, '\' OR ${pathBegins}\'')}\''

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource container 'containers' existing = {
      name: containerName
    }
  }
}

resource adder 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (empty(roleDefinitionId)) {
  name: guid(resourceGroup().id, 'audit-lake-file-adder')
  properties: {
    // A role's name has to be free in all of the directory.
    roleName: 'Audit lake file adder ${uniqueString(resourceGroup().id)}'
    description: 'Adds blobs and reads them; cannot replace, change or delete any. Assigned with a condition on their paths.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: []
        notActions: []
        dataActions: [
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'
        ]
        notDataActions: []
      }
    ]
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account::blobs::container.id, assignee, 'audit-lake-file-adder')
  scope: account::blobs::container
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: empty(roleDefinitionId) ? adder.id : roleDefinitionId
    description: reason
    conditionVersion: '2.0'
    // A listing names no path, and so is refused as well.
    condition: '((!(ActionMatches{\'${blob}/add/action\'}) AND !(ActionMatches{\'${blob}/read\'})) OR (${below}))'
  }
}
