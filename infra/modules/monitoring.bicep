// Where the app's records, the platform's logs and the alerts meet: one workspace, and Application Insights on it.

@description('Of the workspace that is made; empty where there is one already.')
param workspaceName string

param workspaceId string
param applicationInsightsName string
param location string
param tags { *: string }

@description('Days for which logs are kept. The ends of the evidence chains are in them: as long as somebody may ask for one.')
@minValue(30)
@maxValue(730)
param retentionDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = if (!empty(workspaceName)) {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
    // No daily cap: above it the alerts would be blind, and the ends of the chains not noted.
  }
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: applicationInsightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspaceId
    IngestionMode: 'LogAnalytics'
    // The connection string names the place and opens nothing: whoever writes needs the role Monitoring Metrics Publisher.
    DisableLocalAuth: true
  }
  dependsOn: [workspace]
}

output applicationInsightsConnectionString string = applicationInsights.properties.ConnectionString
