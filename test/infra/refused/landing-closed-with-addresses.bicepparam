// Refused: exporterIpRules lets addresses of the internet in
using '../../../infra/main.bicep'

param landingAccess = 'private'

param privateNetwork = true

param exporterIpRules = ['203.0.113.7']
