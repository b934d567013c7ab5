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

@description('Whether the landing account knows the apps by their subnets. Else they reach it over private endpoints.')
param hasServiceEndpoints bool

@description('default: the way out that Azure gives. natGateway: through one of this network, with an address of its own.')
@allowed(['default', 'natGateway'])
param outbound string

// Newer versions of this type make subnets without a way out where nothing is said.
var hasDefaultOutbound = outbound == 'default'
var serviceEndpoints = hasServiceEndpoints ? [{ service: 'Microsoft.Storage' }] : []

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

resource address 'Microsoft.Network/publicIPAddresses@2025-05-01' = if (!hasDefaultOutbound) {
  name: '${namePrefix}-outbound'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static' }
}

resource gateway 'Microsoft.Network/natGateways@2025-05-01' = if (!hasDefaultOutbound) {
  name: '${namePrefix}-outbound'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: {
    publicIpAddresses: [{ id: address.id }]
    idleTimeoutInMinutes: 4
  }
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
          serviceEndpoints: serviceEndpoints
          privateEndpointNetworkPolicies: 'Enabled'
          // To Application Insights, and to the landing account where it has no private endpoints.
          defaultOutboundAccess: hasDefaultOutbound
          natGateway: hasDefaultOutbound ? null : { id: gateway.id }
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
          serviceEndpoints: serviceEndpoints
          privateEndpointNetworkPolicies: 'Enabled'
          // To Nexthink as well.
          defaultOutboundAccess: hasDefaultOutbound
          natGateway: hasDefaultOutbound ? null : { id: gateway.id }
        }
      }
    ]
  }
}

output id string = network.id
