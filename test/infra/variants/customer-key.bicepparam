using '../../../infra/main.bicep'

param customerKey = { kind: 'made' }

param privateNetwork = true

param privateDnsZones = { kind: 'policy' }

param landingSources = { webhook: {} }
