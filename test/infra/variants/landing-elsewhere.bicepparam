using '../../../infra/main.bicep'

param existingLandingAccount = {
  account: 'exports'
  subscriptionId: '00000000-0000-4000-8000-0000000000bb'
  resourceGroup: 'exports'
}

param exporterPrincipalId = '00000000-0000-4000-8000-000000000011'

param landingSources = { webhook: {} }

param delivery = 'queue'

param existingSystemTopic = 'exports-events'

param rawFolder = 'audit'
