using '../../../infra/main.bicep'

param customerKey = {
  kind: 'given'
  keyVaultUri: 'https://keys.vault.azure.net/'
  keyName: 'storage'
  identityId: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/keys/providers/Microsoft.ManagedIdentity/userAssignedIdentities/storage-key'
}

// As accounts from before these choices have it.
param encryption = {
  infrastructure: false
  queueAndTableKeys: 'Service'
}
