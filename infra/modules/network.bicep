// The virtual network of the apps: a subnet for the instances of each, and one for the private endpoints of lake and hosts.

param namePrefix string
param location string
param tags { *: string }

param addressPrefix string

@description('Part of addressPrefix. Each instance takes an address, and more while it is replaced.')
param appPrefix string

@description('Part of addressPrefix.')
param endpointPrefix string

@description('Part of addressPrefix, for the landing app: two apps of Flex Consumption do not share a subnet well.')
param landingPrefix string

resource endpointRules 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: '${namePrefix}-endpoints'
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'https-within-network'
        properties: {
          direction: 'Inbound'
          priority: 100
          access: 'Allow'
          protocol: 'Tcp'
          sourceAddressPrefix: 'VirtualNetwork'
          sourcePortRange: '*'
          destinationAddressPrefix: endpointPrefix
          destinationPortRange: '443'
        }
      }
      {
        name: 'nothing-else'
        properties: {
          direction: 'Inbound'
          priority: 4096
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource appRules 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: '${namePrefix}-app'
  location: location
  tags: tags
  // Azure's own rules suffice: requests reach an app through its public front end, and nothing calls its instances.
  properties: {}
}

// Subnets stand inside the network: on their own, each deployment would first take them away.
resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: '${namePrefix}-network'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        // Flex Consumption takes no underscore in the name, and no other delegation.
        name: 'app'
        properties: {
          addressPrefix: appPrefix
          networkSecurityGroup: { id: appRules.id }
          delegations: [
            {
              name: 'flex-consumption'
              properties: { serviceName: 'Microsoft.App/environments' }
            }
          ]
          // By this the landing account's firewall knows the app.
          serviceEndpoints: [{ service: 'Microsoft.Storage' }]
          // To Entra and Application Insights. Newer versions of this type make subnets without a way out.
          defaultOutboundAccess: true
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: endpointPrefix
          networkSecurityGroup: { id: endpointRules.id }
          // Without this the rules above do not hold for private endpoints.
          privateEndpointNetworkPolicies: 'Enabled'
          defaultOutboundAccess: false
        }
      }
      {
        name: 'landing'
        properties: {
          addressPrefix: landingPrefix
          networkSecurityGroup: { id: appRules.id }
          delegations: [
            {
              name: 'flex-consumption'
              properties: { serviceName: 'Microsoft.App/environments' }
            }
          ]
          serviceEndpoints: [{ service: 'Microsoft.Storage' }]
          // To Nexthink as well.
          defaultOutboundAccess: true
        }
      }
    ]
  }
}
