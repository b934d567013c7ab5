// What the host of the Function App says, in the workspace: why it did not start, where Application Insights has nothing yet.

param functionAppName string
param workspaceId string

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionAppName
}

// Years old and a preview, and what everybody uses: the one stable version, of 2016, knows no more than half of it.
#disable-next-line use-recent-api-versions
resource hostLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'host'
  scope: app
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'FunctionAppLogs'
        enabled: true
      }
    ]
  }
}
