// A mail when the resource group costs, or will have cost by the end of the month, more than was meant. It stops nothing.

@description('What a month may cost, in the currency of the bill.')
@minValue(1)
param monthlyAmount int

param alertEmails string[]

@description('Action groups that are told as well.')
param actionGroupIds string[]

@description('First day of a month, yyyy-MM-dd, not before this one. It cannot be changed later: keep what was given first.')
param startDate string

var thresholds = [
  { name: 'actual-80', percent: 80, type: 'Actual' }
  { name: 'actual-100', percent: 100, type: 'Actual' }
  { name: 'forecast-110', percent: 110, type: 'Forecasted' }
]

// The stable version after this one is some months old, nothing here needs it, and clouds such as those of governments take one later.
#disable-next-line use-recent-api-versions
resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: 'audit-lake'
  properties: {
    category: 'Cost'
    amount: monthlyAmount
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    notifications: toObject(thresholds, threshold => threshold.name, threshold => {
      enabled: true
      operator: 'GreaterThan'
      threshold: threshold.percent
      thresholdType: threshold.type
      contactEmails: alertEmails
      contactGroups: actionGroupIds
    })
  }
}
