using '../../../infra/main.bicep'

// Raw files that come already, in a resource group of the platform's.
param existingLandingAccount = {
  account: 'exports'
  resourceGroup: 'platform'
  container: 'nexthink'
}
param rawFolder = 'audit/exports'
param exporterPrincipalId = '00000000-0000-4000-8000-000000000011'
param pipelineSettings = { instances: 'example-eu/=example-eu' }
