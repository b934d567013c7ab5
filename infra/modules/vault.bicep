// A key vault: of the landing app, where an operator puts secrets that the app reads and no template ever sees, or of the accounts' key.

param name string
param location string
param tags { *: string }

@description('Reached over a private endpoint alone, and by services that Azure trusts.')
param isPrivate bool

@description('Where it is logged who reads a secret or uses a key.')
param workspaceId string

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  // checkov:skip=CKV_AZURE_109:closed by the parameter privateNetwork
  // checkov:skip=CKV_AZURE_189:closed by the parameter privateNetwork
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    // Who deletes the vault must not be able to make another one of its name at once.
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

// Years old and a preview, and what everybody uses: the one stable version, of 2016, knows no more than half of it.
#disable-next-line use-recent-api-versions
resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'secrets'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'AuditEvent'
        enabled: true
      }
    ]
  }
}
