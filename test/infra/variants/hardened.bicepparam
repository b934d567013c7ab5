// Nothing is open to the internet: files come by what is in the network.
using '../../../infra/main.bicep'

param privateNetwork = true

param outbound = 'natGateway'

param delivery = 'queue'

param landingAccess = 'private'

param landingSources = { webhook: {} }

param receiverAccess = 'private'

param deleteLocks = true

param logLakeReads = true

param defender = {
  isEnabled: true
  malwareScanGBPerMonth: 10
}

param networkBypass = {
  landing: 'None'
  lake: 'None'
}

param rawImmutabilityDays = 365

param evidenceImmutabilityDays = 365
