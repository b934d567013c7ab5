using '../../../infra/main.bicep'

param delivery = 'queue'

param alwaysReady = 1
