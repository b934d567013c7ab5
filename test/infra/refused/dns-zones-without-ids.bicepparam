// Refused: missing the following required properties: "blob", "dfs", "queue", "table"
using '../../../infra/main.bicep'

param privateDnsZones = { kind: 'given' }
