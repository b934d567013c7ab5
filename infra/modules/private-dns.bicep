// Names of the private endpoints, for the apps' network alone.

param networkId string
param tags { *: string }

@description('Names of zones.')
param zoneNames string[]

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for name in zoneNames: {
    name: name
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (name, index) in zoneNames: {
    parent: zones[index]
    name: 'audit-lake'
    location: 'global'
    tags: tags
    properties: {
      virtualNetwork: { id: networkId }
      registrationEnabled: false
      // An account or app with private endpoints elsewhere has no name in these zones: its public one is to be asked for then.
      resolutionPolicy: 'NxDomainRedirect'
    }
  }
]
