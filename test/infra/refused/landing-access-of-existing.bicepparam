// Refused: leave it out with existingLandingAccount
using '../../../infra/main.bicep'

param landingAccess = 'private'

param privateNetwork = true

param existingLandingAccount = { account: 'exports' }
