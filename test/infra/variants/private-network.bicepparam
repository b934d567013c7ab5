using '../../../infra/main.bicep'

param privateNetwork = true

param outbound = 'natGateway'

param exporterIpRules = ['203.0.113.0/28']
