// Keeps one storage account from being deleted, and what is made within it by templates. Files in it can be deleted as before.

param accountName string

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'audit-lake-keep'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds audit evidence. Delete this lock first, where the account is really to go.'
  }
}
