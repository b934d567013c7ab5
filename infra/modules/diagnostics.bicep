// Who did what with the blobs of one storage account, in the workspace. Deploy it into the account's resource group.
//
// Every request is a line that costs money, so each account logs what would be asked for after an incident:
// - landing: reads too. It may be open to a key, which says nothing of who used it, and it has few requests.
// - lake: writes and deletions, by whom; reads where it is asked for. They are the queries of every engine, many per question.
// - host: writes and deletions. Whoever replaces an app's package runs as the app.

param accountName string
param workspaceId string

@description('Log reads as well.')
param logReads bool

var categories = logReads ? ['StorageRead', 'StorageWrite', 'StorageDelete'] : ['StorageWrite', 'StorageDelete']

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName

  resource blobs 'blobServices' existing = {
    name: 'default'
  }
}

// Years old and a preview, and what everybody uses: the one stable version, of 2016, knows no more than half of it.
#disable-next-line use-recent-api-versions
resource requests 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'requests'
  scope: account::blobs
  properties: {
    workspaceId: workspaceId
    logs: [
      for category in categories: {
        category: category
        enabled: true
      }
    ]
  }
}
