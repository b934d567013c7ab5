// Nothing is open to the internet: files come by what is in the network.

using '../../../infra/main.bicep'

param privateNetwork = true

param landingAccess = 'private'

param delivery = 'queue'

param landingSources = { webhook: {} }

param receiverAccess = 'private'
