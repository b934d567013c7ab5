// Refused: without privateNetwork = true
using '../../../infra/main.bicep'

param landingAccess = 'private'
