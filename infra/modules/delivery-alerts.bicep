// An alert on events that are nowhere any more. Of those that Event Grid kept as dead letters the app tells itself: it knows which of their
// files are in.

param topicName string
param topicId string
param actionGroupId string
param tags { *: string }

var metrics = [
  {
    name: 'dropped-events'
    metric: 'DroppedEventCount'
    description: 'Event Grid gave up announcing raw files and could not even keep the events.'
    severity: 1
  }
]

// The stable version after this one is some months old, nothing here needs it, and clouds such as those of governments take one later.
#disable-next-line use-recent-api-versions
resource alerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in metrics: {
    name: '${topicName}-${alert.name}'
    location: 'global'
    tags: tags
    properties: {
      description: '${alert.description} What to do: docs/operate.md, ${alert.name}.'
      severity: alert.severity
      enabled: true
      scopes: [topicId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: alert.name
            metricNamespace: 'Microsoft.EventGrid/systemTopics'
            metricName: alert.metric
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      actions: [{ actionGroupId: actionGroupId }]
    }
  }
]
