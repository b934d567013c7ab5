// Who is told of what. Each alert is a query in ../alerts, and a section of docs/operate.md says what to do about it.

@description('Beginning of the rules\' names.')
param namePrefix string

param location string
param tags { *: string }
param applicationInsightsId string
param workspaceId string

@description('An action group that is there already; empty to make one for alertEmails.')
param existingActionGroupId string

@description('Who gets the mails. Without anybody the alerts can be seen in the portal only.')
param alertEmails string[]

@description('How the exporter signs in. With key, requests that add files with a key are no alert; all others are.')
@allowed(['entra', 'key'])
param exporterAuth string

@description('Hours after which an instance is overdue: the exporter\'s interval and what its throttling may add.')
@minValue(1)
param freshnessHours int

@description('Instances that are not expected to send files any more, by their names in the setting instances; (none) stands for files of no instance.')
param silentInstances string[] = []

@description('Minutes for which a file may wait for a reconciliation: more than the settings settleMinutes and reconcileSchedule together.')
@minValue(1)
param lagMinutes int = 60

@description('Percent of an instance\'s records of a day that may go to quarantine.')
@minValue(0)
@maxValue(100)
param quarantinePercent int = 1

@description('Ways that are pulled on a schedule: nql, counts, classic.')
param expectedPulls string[] = []

@description('Hours that what is pulled may be behind: the schedule, and what Nexthink needs.')
@minValue(1)
param pullHours int = 26

@description('Whether the table is compared with what Nexthink counts.')
param comparesCoverage bool = false

@description('Alerts that are not wanted, by name: verification-missing, say, where the setting maintainSchedule is not daily.')
param mutedAlerts string[] = []

// Two kinds of rules. A lasting one is about a state: it tells when the state begins and when it has ended. The others are
// about something that happened, which no later silence undoes. Their windows overlap, since records may come late by as much as
// two evaluations; the mute keeps one record from being told of in every window that it is in, and is shorter than the
// window, so that none falls between.
var soon = { evaluationFrequency: 'PT15M', windowSize: 'PT45M', muteActionsDuration: 'PT30M', autoMitigate: false }
var hourly = { evaluationFrequency: 'PT1H', windowSize: 'PT3H', muteActionsDuration: 'PT2H', autoMitigate: false }
var lastingSoon = { evaluationFrequency: 'PT15M', windowSize: 'PT6H', muteActionsDuration: null, autoMitigate: true }
var lastingDaily = { evaluationFrequency: 'PT1H', windowSize: 'P1D', muteActionsDuration: null, autoMitigate: true }
var lastingTwoDays = { evaluationFrequency: 'PT1H', windowSize: 'P2D', muteActionsDuration: null, autoMitigate: true }

// An alert of its own for each instance.
var perInstance = ['freshness', 'quarantine-ratio']

// The tables of the storage accounts are the workspace's; those of the app can be asked for in Application Insights.
var ofWorkspace = ['key-use']

var critical = 0
var error = 1
var warning = 2
var informational = 3

var alerts = [
  {
    name: 'verification-problems'
    severity: critical
    description: 'A verification found that the table is not what log and evidence say.'
    query: loadTextContent('../alerts/verification-problems.kql')
    timing: hourly
  }
  {
    name: 'evidence-rewritten'
    severity: critical
    description: 'Evidence had been removed and was written anew from the log.'
    query: loadTextContent('../alerts/evidence-rewritten.kql')
    timing: soon
  }
  {
    name: 'key-use'
    severity: exporterAuth == 'entra' ? critical : error
    description: 'Somebody used, or tried to use, the key of a storage account for what no exporter does.'
    query: 'let exporterHasKey = ${exporterAuth == 'key'};\n${loadTextContent('../alerts/key-use.kql')}'
    timing: soon
  }
  {
    name: 'poison'
    severity: error
    description: 'Announced files could not be taken in after several tries.'
    query: loadTextContent('../alerts/poison.kql')
    timing: soon
  }
  {
    name: 'raw-replaced-unread'
    severity: error
    description: 'Raw files were replaced before anybody read them.'
    query: loadTextContent('../alerts/raw-replaced-unread.kql')
    timing: soon
  }
  {
    name: 'dead-letters'
    severity: warning
    description: 'Event Grid gave up announcing raw files, and the reconciliation did not take them in either.'
    query: loadTextContent('../alerts/dead-letters.kql')
    timing: lastingSoon
  }
  {
    name: 'freshness'
    severity: error
    description: 'From an instance nothing was taken in for ${freshnessHours} hours.'
    query: 'let freshnessHours = ${freshnessHours};\nlet silentInstances = dynamic(${string(silentInstances)});\n${loadTextContent('../alerts/freshness.kql')}'
    timing: lastingSoon
  }
  {
    name: 'reconciliation-missing'
    severity: error
    description: 'No reconciliation came to its end for 6 hours: what no event announces is not taken in.'
    query: loadTextContent('../alerts/reconciliation-missing.kql')
    timing: lastingSoon
  }
  {
    name: 'verification-missing'
    severity: error
    description: 'Nothing was verified for 2 days.'
    query: loadTextContent('../alerts/verification-missing.kql')
    timing: lastingTwoDays
  }
  {
    name: 'suspected-truncation'
    severity: error
    description: 'A file has exactly as many records as an export can have: more may be missing.'
    query: loadTextContent('../alerts/suspected-truncation.kql')
    timing: soon
  }
  {
    name: 'pull-overdue'
    severity: error
    description: 'Nothing was pulled from Nexthink, or not so far, for ${pullHours} hours.'
    query: 'let expectedPulls = dynamic(${string(expectedPulls)});\nlet pullHours = ${pullHours};\n${loadTextContent('../alerts/pull-overdue.kql')}'
    timing: lastingTwoDays
  }
  {
    name: 'pull-failing'
    severity: warning
    description: 'A trail cannot be pulled from Nexthink.'
    query: loadTextContent('../alerts/pull-failing.kql')
    timing: lastingDaily
  }
  {
    name: 'calls-used-up'
    severity: warning
    description: 'The calls of the day are used up before all was pulled from Nexthink.'
    query: loadTextContent('../alerts/calls-used-up.kql')
    timing: lastingDaily
  }
  {
    name: 'coverage-difference'
    severity: error
    description: 'The table does not have what Nexthink counted, and nothing explains it.'
    query: loadTextContent('../alerts/coverage-difference.kql')
    timing: lastingTwoDays
  }
  {
    name: 'coverage-missing'
    severity: warning
    description: 'For 2 days the table was not compared with what Nexthink counts.'
    query: 'let comparesCoverage = ${comparesCoverage};\n${loadTextContent('../alerts/coverage-missing.kql')}'
    timing: lastingTwoDays
  }
  {
    name: 'deliveries-refused'
    severity: error
    description: 'The webhook receiver did not take what was sent.'
    query: loadTextContent('../alerts/deliveries-refused.kql')
    timing: soon
  }
  {
    name: 'landed-waiting'
    severity: warning
    description: 'A landed file has been waiting for over 5 minutes.'
    query: loadTextContent('../alerts/landed-waiting.kql')
    timing: lastingSoon
  }
  {
    name: 'rejected-files'
    severity: warning
    description: 'Files are no exports, and nothing of them is in the table.'
    query: loadTextContent('../alerts/rejected-files.kql')
    timing: soon
  }
  {
    name: 'identity-changed'
    severity: warning
    description: 'Events have other ids than before: rows may be there twice, or be back after an erasure.'
    query: loadTextContent('../alerts/identity-changed.kql')
    timing: soon
  }
  {
    name: 'setting-differs'
    severity: warning
    description: 'Files wait, since the settings would give their events other ids than the lake remembers.'
    query: loadTextContent('../alerts/setting-differs.kql')
    timing: soon
  }
  {
    name: 'reconciliation-lag'
    severity: warning
    description: 'A file has been waiting for over ${lagMinutes} minutes.'
    query: 'let lagMinutes = ${lagMinutes};\n${loadTextContent('../alerts/reconciliation-lag.kql')}'
    timing: lastingSoon
  }
  {
    name: 'failures'
    severity: warning
    description: 'Invocations or steps of them fail.'
    query: loadTextContent('../alerts/failures.kql')
    timing: { evaluationFrequency: 'PT15M', windowSize: 'PT1H', muteActionsDuration: null, autoMitigate: true }
  }
  {
    name: 'maintenance-failed'
    severity: warning
    description: 'Steps of a maintenance failed, or files cannot be compacted.'
    query: loadTextContent('../alerts/maintenance-failed.kql')
    timing: lastingDaily
  }
  {
    name: 'quarantine-ratio'
    severity: warning
    description: 'At least ${quarantinePercent} % of an instance\'s records of a day went to quarantine.'
    query: 'let quarantinePercent = ${quarantinePercent};\n${loadTextContent('../alerts/quarantine-ratio.kql')}'
    timing: lastingDaily
  }
  {
    name: 'new-shapes'
    severity: informational
    description: 'Messages came that the catalogue does not know, or not wholly.'
    query: loadTextContent('../alerts/new-shapes.kql')
    timing: lastingDaily
  }
]

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = if (empty(existingActionGroupId)) {
  name: '${namePrefix}-alerts'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'audit-lake'
    emailReceivers: [
      for (address, index) in alertEmails: {
        name: 'mail-${index}'
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

// The stable version after this one is some months old, nothing here needs it, and clouds such as those of governments take one later.
#disable-next-line use-recent-api-versions
resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in alerts: {
    name: '${namePrefix}-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Audit lake: ${alert.name}'
      description: '${alert.description} What to do: docs/operate.md, ${alert.name}.'
      severity: alert.severity
      enabled: !contains(mutedAlerts, alert.name)
      evaluationFrequency: alert.timing.evaluationFrequency
      windowSize: alert.timing.windowSize
      muteActionsDuration: alert.timing.muteActionsDuration
      autoMitigate: alert.timing.autoMitigate
      scopes: [contains(ofWorkspace, alert.name) ? workspaceId : applicationInsightsId]
      // A workspace made a moment ago does not know its tables yet, and would refuse every rule.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            dimensions: contains(perInstance, alert.name)
              ? [
                  {
                    name: 'instance'
                    operator: 'Include'
                    values: ['*']
                  }
                ]
              : []
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: { actionGroups: [empty(existingActionGroupId) ? actionGroup.id : existingActionGroupId] }
    }
  }
]

output actionGroupId string = empty(existingActionGroupId) ? actionGroup.id : existingActionGroupId
