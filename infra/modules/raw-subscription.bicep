// Sends each finished file of the raw zone, and nothing else, to the webhook of the blob trigger.

param topicName string

@description('With the key in it. Azure cannot change the URL of a subscription: delete the subscription first where the key was renewed.')
@secure()
param webhookUrl string

@description('Ends with a slash.')
param subjectPrefix string

@description('Beginnings of subjects that are not announced, each with a slash at its end: what is landed there is taken in without an event, and would come twice.')
@minLength(1)
@maxLength(24)
param leftOut string[]

param deadLetterAccountId string
param deadLetterContainer string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

resource subscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
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
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobCreated']
      subjectBeginsWith: subjectPrefix
      // What means that a file is complete. CreateFile and SftpCreate are empty files, CopyBlob comes when a copy starts, and
      // FlushWithClose alone would miss whoever writes through the Blob API.
      advancedFilters: [
        {
          operatorType: 'StringIn'
          key: 'data.api'
          values: ['FlushWithClose', 'PutBlob', 'PutBlockList', 'SftpCommit']
        }
        {
          operatorType: 'StringNotBeginsWith'
          key: 'subject'
          values: leftOut
        }
      ]
    }
    retryPolicy: {
      maxDeliveryAttempts: 30
      eventTimeToLiveInMinutes: 1440
    }
    deadLetterWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: {
          resourceId: deadLetterAccountId
          blobContainerName: deadLetterContainer
        }
      }
    }
  }
}
