// Announces each finished file of the raw zone, and nothing else: to a queue of the host account, or to the webhook of the blob trigger.

param topicName string

@description('With the key in it; empty where events go to a queue. Azure cannot change the URL of a subscription: delete the subscription first where the key was renewed.')
@secure()
param webhookUrl string

@description('The account of the queue and of the dead letters.')
param hostAccountId string

@description('Empty where events go to the webhook.')
param queueName string

@description('Ends with a slash.')
param subjectPrefix string

@description('Beginnings of subjects that are not announced, each with a slash at its end: what is landed there is taken in without an event, and would come twice.')
@minLength(1)
@maxLength(24)
param leftOut string[]

param deadLetterContainer string

// What both kinds have alike. Each has a name of its own: Azure changes the place of no subscription, and while one is replaced by the
// other both deliver, which takes no file in twice.
var filter = {
  includedEventTypes: concat(
    ['Microsoft.Storage.BlobCreated'],
    // The webhook takes no event without an ETag, as that of a rename is.
    empty(queueName) ? [] : ['Microsoft.Storage.BlobRenamed']
  )
  subjectBeginsWith: subjectPrefix
  // What means that a file is complete. CreateFile and SftpCreate are empty files, CopyBlob comes when a copy starts, and
  // FlushWithClose alone would miss whoever writes through the Blob API.
  advancedFilters: [
    {
      operatorType: 'StringIn'
      key: 'data.api'
      values: concat(
        ['FlushWithClose', 'PutBlob', 'PutBlockList', 'SftpCommit'],
        empty(queueName) ? [] : ['RenameFile', 'SftpRename']
      )
    }
    {
      operatorType: 'StringNotBeginsWith'
      key: 'subject'
      values: leftOut
    }
  ]
}
var retryPolicy = {
  maxDeliveryAttempts: 30
  eventTimeToLiveInMinutes: 1440
}
var deadLetters = {
  identity: { type: 'SystemAssigned' }
  deadLetterDestination: {
    endpointType: 'StorageBlob'
    properties: {
      resourceId: hostAccountId
      blobContainerName: deadLetterContainer
    }
  }
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

resource toWebhook 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = if (empty(queueName)) {
  parent: topic
  name: 'nexthink-audit-lake'
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    destination: {
      endpointType: 'WebHook'
      properties: {
        endpointUrl: webhookUrl
        maxEventsPerBatch: 1
      }
    }
    filter: filter
    retryPolicy: retryPolicy
    deadLetterWithResourceIdentity: deadLetters
  }
}

resource toQueue 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = if (!empty(queueName)) {
  parent: topic
  name: 'nexthink-audit-lake-queue'
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    // By the topic's own identity: the account takes no key, and its firewall lets in no other.
    deliveryWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      destination: {
        endpointType: 'StorageQueue'
        properties: {
          resourceId: hostAccountId
          queueName: queueName
          // Never forgotten, however long the app is down.
          queueMessageTimeToLiveInSeconds: -1
        }
      }
    }
    filter: filter
    retryPolicy: retryPolicy
    deadLetterWithResourceIdentity: deadLetters
  }
}
