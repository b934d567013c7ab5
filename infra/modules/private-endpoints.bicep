// Private endpoints, with their names in private DNS zones.

import { PrivateEndpoint } from 'parameters.bicep'

param endpoints PrivateEndpoint[]
param location string
param tags { *: string }
param subnetId string

// One after the other: an account takes one at a time, and a subnet that is being changed takes none.
@batchSize(1)
resource made 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for endpoint in endpoints: {
    name: '${endpoint.name}-${endpoint.group}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      customNetworkInterfaceName: '${endpoint.name}-${endpoint.group}-nic'
      privateLinkServiceConnections: [
        {
          name: endpoint.group
          properties: {
            privateLinkServiceId: endpoint.resourceId
            groupIds: [endpoint.group]
          }
        }
      ]
    }
  }
]

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (endpoint, index) in endpoints: if (!empty(endpoint.zoneId)) {
    parent: made[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: endpoint.group
          properties: { privateDnsZoneId: endpoint.zoneId }
        }
      ]
    }
  }
]
