using '../../../infra/main.bicep'

param privateNetwork = true

param delivery = 'queue'

param landingSources = { webhook: {} }
