// Refused: 'queue' | 'webhook'
// Refused: missing the following required properties: "blob", "dfs", "queue", "table"
// Refused: missing the following required properties: "identityId"
// Refused: The property "infrastucture" is not allowed
// Refused: missing the following required properties: "appSubnetId"
using '../../../infra/main.bicep'

param delivery = 'both'

param privateDnsZones = { kind: 'given' }

param customerKey = {
  kind: 'given'
  keyVaultUri: 'https://keys.vault.azure.net/'
  keyName: 'storage'
}

param encryption = { infrastucture: false }

param existingNetwork = {}
