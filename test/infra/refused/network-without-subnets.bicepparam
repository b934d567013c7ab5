// Refused: existingNetwork needs endpointSubnetId
// Refused: existingNetwork needs landingSubnetId
// Refused: outbound is of a network that is made here
using '../../../infra/main.bicep'

param delivery = 'queue'

param landingSources = { webhook: {} }

param outbound = 'natGateway'

param existingNetwork = {
  appSubnetId: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/spoke/subnets/app'
}
