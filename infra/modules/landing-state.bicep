// Where what lands files keeps how many calls the day has had and how far it has come: a container beside raw, since files of it are
// listed, which takes a hierarchical namespace.

param accountName string

@export()
var stateContainer = 'landing-state'

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName

  resource blobs 'blobServices' existing = {
    name: 'default'
  }
}

resource state 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: account::blobs
  name: stateContainer
  properties: { publicAccess: 'None' }
}
