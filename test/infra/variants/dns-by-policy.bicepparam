using '../../../infra/main.bicep'

param privateNetwork = true

param privateDnsZones = { kind: 'policy' }
