// A function app: a Flex Consumption plan and the site on it. Its code comes later, as a zip.

param name string
param planName string
param location string
param tags { *: string }
param identityId string

@description('Subnet that the app reaches the storage accounts from; empty for none.')
param subnetId string

@description('Major version of Node.')
param nodeVersion string

param instanceMemoryMB int
param maximumInstanceCount int

@description('Instances that are kept ready, by groups of functions that scale together.')
param alwaysReady { name: string, instanceCount: int }[]

@description('Closed to the internet: reached over a private endpoint alone, deployments too.')
param isClosed bool

param hostAccountName string
param packageContainer string

@description('Where its host logs.')
param workspaceId string

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  // checkov:skip=CKV_AZURE_225:would keep instances running for an app that mostly waits; while a zone is down files wait, and none is lost
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  // checkov:skip=CKV_AZURE_17:neither Event Grid nor Nexthink shows a client certificate
  // checkov:skip=CKV_AZURE_78:Flex Consumption has no FTP, and refuses a site that says so
  // checkov:skip=CKV_AZURE_212:scales to zero, and comes when there is a file; the parameter alwaysReady keeps instances
  // checkov:skip=CKV_AZURE_213:Flex Consumption has no health checks
  // checkov:skip=CKV_AZURE_222:closed by the parameter delivery; else Event Grid or Nexthink calls it from the internet
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    // Whom a reference to a key vault is resolved as; without it, it would be the system's identity, which there is none of.
    keyVaultReferenceIdentity: identityId
    // Open where Event Grid or Nexthink calls from the internet. Limiting it to the service tag AzureEventGrid would help, but nobody
    // has shown that Event Grid comes from there only, and an event that is refused is a file that is late. The webhook asks for a
    // key, and all it can be told is to look at a file. The landing app's receiver asks for a key and for a secret.
    publicNetworkAccess: isClosed ? 'Disabled' : 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    // Flex Consumption refuses a site with what it has no use for: ftpsState, alwaysOn, linuxFxVersion and others.
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      remoteDebuggingEnabled: false
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: 'https://${hostAccountName}.blob.${environment().suffixes.storage}/${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReady
      }
      runtime: {
        name: 'node'
        version: nodeVersion
      }
    }
  }
}

resource ftpCredentials 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource scmCredentials 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

module hostLog 'app-diagnostics.bicep' = {
  params: {
    functionAppName: app.name
    workspaceId: workspaceId
  }
}
