// Alerts on events that did not reach the function app. Their files come in with the next reconciliation, only later.

param topicId string
param actionGroupId string
param tags { *: string }

var topicName = last(split(topicId, '/'))

var metrics = [
  {
    name: 'dead-letters'
    metric: 'DeadLetteredCount'
    description: 'Event Grid gave up announcing raw files and kept the events in the container dead-letters.'
    severity: 2
  }
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
