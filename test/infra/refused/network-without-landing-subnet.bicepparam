// Refused: existingNetwork needs landingSubnetId
using '../../../infra/main.bicep'

param landingSources = { webhook: {} }

param existingNetwork = {
  appSubnetId: '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/spoke/subnets/app'
}
