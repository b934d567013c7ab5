using '../../../infra/main.bicep'

param delivery = 'queue'

param existingSystemTopic = 'exports-events'

param existingLandingAccount = {
  account: 'exports'
  resourceGroup: 'exports'
}

param rawFolder = 'audit'
