// Refused: and there is none
using '../../../infra/main.bicep'

param receiverAccess = 'private'
