// An identity: of an app, or of accounts that use a key. It is user-assigned, so that its roles are there before what uses it, and
// outlive it.

param name string
param location string
param tags { *: string }

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

output clientId string = identity.properties.clientId
output principalId string = identity.properties.principalId
