// Where a storage account is. A module of its own: a resource's location must be known when its own deployment starts.

param accountName string

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName
}

output location string = account.location
