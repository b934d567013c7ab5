using '../../../infra/main.bicep'

param privateNetwork = true

param existingWorkspaceId = '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/monitoring/providers/Microsoft.OperationalInsights/workspaces/central'

param existingActionGroupId = '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/monitoring/providers/Microsoft.Insights/actionGroups/on-call'

param budget = {
  monthlyAmount: 200
  startDate: '2026-01-01'
}

param delivery = 'queue'

param landingSources = {
  classic: {
    url: 'https://example.nexthink.cloud'
    user: 'audit'
    schedule: '0 20 * * * *'
  }
}

param existingNetwork = {
  appSubnetId: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/spoke/subnets/app'
  endpointSubnetId: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/spoke/subnets/endpoints'
  landingSubnetId: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/spoke/subnets/landing'
}

param privateDnsZones = {
  kind: 'given'
  blob: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net'
  dfs: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/privateDnsZones/privatelink.dfs.core.windows.net'
  queue: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/privateDnsZones/privatelink.queue.core.windows.net'
  table: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/privateDnsZones/privatelink.table.core.windows.net'
  sites: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/privateDnsZones/privatelink.azurewebsites.net'
  vault: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net'
}
