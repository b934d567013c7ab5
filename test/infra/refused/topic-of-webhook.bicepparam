// Refused: existingSystemTopic is for delivery = queue
using '../../../infra/main.bicep'

param existingSystemTopic = 'exports-events'
