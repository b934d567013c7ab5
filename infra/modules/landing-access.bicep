// Who may do what: every role of what lands files. docs/deploy.md has the same in its table, and a test compares them.

param landingAccountName string
param landingSubscriptionId string
param landingResourceGroup string
param rawContainer string

param stateContainer string

@description('Folders that files may be added to, below the container, each with a slash at its end.')
@minLength(1)
param folders string[]

@description('A role that is there already; empty to make one.')
param roleDefinitionId string

param landingHostAccountName string
param vaultName string
param applicationInsightsName string

@description('The identity of the landing app.')
param landingIdentityId string
param landingPrincipalId string

module landingAddsRaw 'landing-role.bicep' = {
  scope: resourceGroup(landingSubscriptionId, landingResourceGroup)
  params: {
    accountName: landingAccountName
    containerName: rawContainer
    principalId: landingPrincipalId
    assignee: landingIdentityId
    folders: folders
    roleDefinitionId: roleDefinitionId
    reason: 'adds files below its own folders, and can replace or delete none'
  }
}

module landingKeepsState 'container-role.bicep' = {
  scope: resourceGroup(landingSubscriptionId, landingResourceGroup)
  params: {
    accountName: landingAccountName
    containerName: stateContainer
    principalId: landingPrincipalId
    assignee: landingIdentityId
    principalType: 'ServicePrincipal'
    role: 'Storage Blob Data Contributor'
    reason: 'keeps how many calls the day has had, and how far it has come'
  }
}

module landingOwnsHostBlobs 'account-role.bicep' = {
  params: {
    accountName: landingHostAccountName
    principalId: landingPrincipalId
    assignee: landingIdentityId
    role: 'Storage Blob Data Owner'
    reason: 'what its Functions host needs for its leases and timers, and to fetch the package'
  }
}

module landingUsesHostTables 'account-role.bicep' = {
  params: {
    accountName: landingHostAccountName
    principalId: landingPrincipalId
    assignee: landingIdentityId
    role: 'Storage Table Data Contributor'
    reason: 'its Functions host keeps its diagnostic events in a table'
  }
}

module landingReadsSecrets 'vault-role.bicep' = {
  params: {
    vaultName: vaultName
    principalId: landingPrincipalId
    assignee: landingIdentityId
    role: 'Key Vault Secrets User'
    reason: 'reads the secrets of the sources that are on'
  }
}

module landingSendsTelemetry 'telemetry-role.bicep' = {
  params: {
    applicationInsightsName: applicationInsightsName
    principalId: landingPrincipalId
    assignee: landingIdentityId
    role: 'Monitoring Metrics Publisher'
    reason: 'sends telemetry, for which no key is accepted'
  }
}
