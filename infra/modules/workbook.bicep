// The workbook: workbook.json, as the portal's advanced editor shows it, with the two places that its queries ask.

param location string
param tags { *: string }
param applicationInsightsId string
param workspaceId string

var content = replace(
  replace(loadTextContent('../workbook.json'), '{applicationInsightsId}', applicationInsightsId),
  '{workspaceId}',
  workspaceId
)

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // A workbook's name must be a GUID, and the same one whenever this is deployed again.
  name: guid(applicationInsightsId, 'audit-lake')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Nexthink audit lake'
    category: 'workbook'
    sourceId: applicationInsightsId
    serializedData: content
    version: 'Notebook/1.0'
  }
}
