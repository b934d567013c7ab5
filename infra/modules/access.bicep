// Who may do what: every role that main.bicep gives. docs/deploy.md has the same as a table, and a test compares them.

param landingAccountName string
param landingSubscriptionId string
param landingResourceGroup string
param rawContainer string
param lakeAccountName string
param hostAccountName string
param applicationInsightsName string

@description('The identity of the function app.')
param appIdentityId string
param appPrincipalId string

@description('Empty for none.')
param exporterPrincipalId string

param readerPrincipalIds string[]
param readerGroupIds string[]

@description('Empty for none.')
param deployerPrincipalId string

@allowed(['Group', 'ServicePrincipal', 'User'])
param deployerPrincipalType string

module appReadsRaw 'container-role.bicep' = {
  scope: resourceGroup(landingSubscriptionId, landingResourceGroup)
  params: {
    accountName: landingAccountName
    containerName: rawContainer
    principalId: appPrincipalId
    assignee: appIdentityId
    principalType: 'ServicePrincipal'
    role: 'Storage Blob Data Reader'
    reason: 'reads the raw files, which nothing of the pipeline ever changes'
  }
}

// On the whole account, since the host makes the queues: webjobs-blobtrigger-poison, and one more for what fails there.
module appDrainsPoison 'account-role.bicep' = {
  scope: resourceGroup(landingSubscriptionId, landingResourceGroup)
  params: {
    accountName: landingAccountName
    principalId: appPrincipalId
    assignee: appIdentityId
    role: 'Storage Queue Data Contributor'
    reason: 'the blob trigger leaves what it gives up on in a queue beside the files'
  }
}

module appWritesCurated 'container-role.bicep' = {
  params: {
    accountName: lakeAccountName
    containerName: 'curated'
    principalId: appPrincipalId
    assignee: appIdentityId
    principalType: 'ServicePrincipal'
    role: 'Storage Blob Data Contributor'
    reason: 'commits to the tables, compacts and vacuums them'
  }
}

module appWritesQuarantine 'container-role.bicep' = {
  params: {
    accountName: lakeAccountName
    containerName: 'quarantine'
    principalId: appPrincipalId
    assignee: appIdentityId
    principalType: 'ServicePrincipal'
    role: 'Storage Blob Data Contributor'
    reason: 'keeps what is no audit record, and removes what no commit names'
  }
}

module appWritesEvidence 'container-role.bicep' = {
  params: {
    accountName: lakeAccountName
    containerName: 'evidence'
    principalId: appPrincipalId
    assignee: appIdentityId
    principalType: 'ServicePrincipal'
    role: 'Storage Blob Data Contributor'
    reason: 'writes one piece of evidence per commit; no built-in role can add but not delete'
  }
}

module appOwnsHostBlobs 'account-role.bicep' = {
  params: {
    accountName: hostAccountName
    principalId: appPrincipalId
    assignee: appIdentityId
    role: 'Storage Blob Data Owner'
    reason: 'what the Functions host needs for its leases and timers, and to fetch the package'
  }
}

module appUsesHostQueues 'account-role.bicep' = {
  params: {
    accountName: hostAccountName
    principalId: appPrincipalId
    assignee: appIdentityId
    role: 'Storage Queue Data Contributor'
    reason: 'the webhook puts each announced file into a queue of the host'
  }
}

module appUsesHostTables 'account-role.bicep' = {
  params: {
    accountName: hostAccountName
    principalId: appPrincipalId
    assignee: appIdentityId
    role: 'Storage Table Data Contributor'
    reason: 'the Functions host keeps its diagnostic events in a table'
  }
}

module appSendsTelemetry 'telemetry-role.bicep' = {
  params: {
    applicationInsightsName: applicationInsightsName
    principalId: appPrincipalId
    assignee: appIdentityId
    role: 'Monitoring Metrics Publisher'
    reason: 'sends telemetry, for which no key is accepted'
  }
}

module exporterWritesRaw 'container-role.bicep' = if (!empty(exporterPrincipalId)) {
  scope: resourceGroup(landingSubscriptionId, landingResourceGroup)
  params: {
    accountName: landingAccountName
    containerName: rawContainer
    principalId: exporterPrincipalId
    assignee: exporterPrincipalId
    principalType: 'ServicePrincipal'
    role: 'Storage Blob Data Contributor'
    reason: 'the data exporter delivers its files'
  }
}

module readersReadCurated 'container-role.bicep' = [
  for principalId in readerPrincipalIds: {
    params: {
      accountName: lakeAccountName
      containerName: 'curated'
      principalId: principalId
      assignee: principalId
      principalType: 'ServicePrincipal'
      role: 'Storage Blob Data Reader'
      reason: 'an engine reads the tables'
    }
  }
]

module readerGroupsReadCurated 'container-role.bicep' = [
  for principalId in readerGroupIds: {
    params: {
      accountName: lakeAccountName
      containerName: 'curated'
      principalId: principalId
      assignee: principalId
      principalType: 'Group'
      role: 'Storage Blob Data Reader'
      reason: 'people read the tables'
    }
  }
]

module deployerWritesRaw 'container-role.bicep' = if (!empty(deployerPrincipalId)) {
  scope: resourceGroup(landingSubscriptionId, landingResourceGroup)
  params: {
    accountName: landingAccountName
    containerName: rawContainer
    principalId: deployerPrincipalId
    assignee: deployerPrincipalId
    principalType: deployerPrincipalType
    role: 'Storage Blob Data Contributor'
    reason: 'the smoke test delivers a file'
  }
}

module deployerReadsCurated 'container-role.bicep' = if (!empty(deployerPrincipalId)) {
  params: {
    accountName: lakeAccountName
    containerName: 'curated'
    principalId: deployerPrincipalId
    assignee: deployerPrincipalId
    principalType: deployerPrincipalType
    role: 'Storage Blob Data Reader'
    reason: 'the smoke test queries what became of its file'
  }
}

module deployerReadsQuarantine 'container-role.bicep' = if (!empty(deployerPrincipalId)) {
  params: {
    accountName: lakeAccountName
    containerName: 'quarantine'
    principalId: deployerPrincipalId
    assignee: deployerPrincipalId
    principalType: deployerPrincipalType
    role: 'Storage Blob Data Reader'
    reason: 'says why, where the smoke test fails; verify reads it'
  }
}

module deployerReadsEvidence 'container-role.bicep' = if (!empty(deployerPrincipalId)) {
  params: {
    accountName: lakeAccountName
    containerName: 'evidence'
    principalId: deployerPrincipalId
    assignee: deployerPrincipalId
    principalType: deployerPrincipalType
    role: 'Storage Blob Data Reader'
    reason: 'verify walks the chain after an upgrade'
  }
}
