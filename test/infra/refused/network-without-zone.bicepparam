// Refused: privateDnsZones lacks a zone that is needed: sites
// Refused: must be two subnets
// Refused: leave it out with existingLandingAccount
// Refused: networkBypass.host = None keeps Event Grid out
using '../../../infra/main.bicep'

param privateNetwork = true

param delivery = 'queue'

param landingAccess = 'private'

param existingLandingAccount = { account: 'exports' }

param networkBypass = { host: 'None' }

param existingNetwork = {
  appSubnetId: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/spoke/subnets/app'
  landingSubnetId: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/spoke/subnets/app'
  endpointSubnetId: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/spoke/subnets/endpoints'
}

param privateDnsZones = {
  kind: 'given'
  blob: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net'
  dfs: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/privateDnsZones/privatelink.dfs.core.windows.net'
  queue: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/privateDnsZones/privatelink.queue.core.windows.net'
  table: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/privateDnsZones/privatelink.table.core.windows.net'
}
