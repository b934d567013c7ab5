// Refused: alwaysReady (41) must not be above maximumInstanceCount (40)
// Refused: nothing would reach it without privateNetwork = true
// Refused: exporterIpRules lets addresses of the internet in
// Refused: and there is none: leave it out
// Refused: existingSystemTopic is for delivery = queue
// Refused: rawRetentionDays (364) must not be below rawImmutabilityDays (365)
// Refused: existingActionGroupId and alertEmails: give one of them
// Refused: existingActionGroupId must be the resource id
// Refused: existingWorkspaceId must be the resource id
using '../../../infra/main.bicep'

param alwaysReady = 41

param landingAccess = 'private'

param exporterIpRules = ['203.0.113.7']

param receiverAccess = 'private'

param existingSystemTopic = 'exports-events'

param rawImmutabilityDays = 365

param rawRetentionDays = 364

param alertEmails = ['audit@example.com']

param existingActionGroupId = 'on-call'

param existingWorkspaceId = 'central-logs'
