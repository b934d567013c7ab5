// Refused: privateDnsZones lacks a zone that is needed: sites
using '../../../infra/main.bicep'

param delivery = 'queue'

param privateDnsZones = {
  kind: 'given'
  blob: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net'
  dfs: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/privateDnsZones/privatelink.dfs.core.windows.net'
  queue: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/privateDnsZones/privatelink.queue.core.windows.net'
  table: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/privateDnsZones/privatelink.table.core.windows.net'
}
