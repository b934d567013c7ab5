// Names of the private endpoints, for the app's network alone.

param networkId string
param tags { *: string }

@description('Services of storage accounts: blob, dfs, queue, table.')
param services string[]

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for service in services: {
    name: 'privatelink.${service}.${environment().suffixes.storage}'
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (service, index) in services: {
    parent: zones[index]
    name: 'audit-lake'
    location: 'global'
    tags: tags
    properties: {
      virtualNetwork: { id: networkId }
      registrationEnabled: false
      // A landing account with private endpoints elsewhere has no name in these zones: its public one is to be asked for then.
      resolutionPolicy: 'NxDomainRedirect'
    }
  }
]
