// Refused: existingNetwork needs endpointSubnetId
using '../../../infra/main.bicep'

param landingSources = { webhook: {} }

param receiverAccess = 'private'

param existingNetwork = {
  appSubnetId: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/spoke/subnets/app'
  landingSubnetId: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/spoke/subnets/landing'
}
