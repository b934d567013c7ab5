// Microsoft Defender for Storage on one account.

import { Defender } from 'parameters.bicep'

param accountName string
param defender Defender

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName
}

resource settings 'Microsoft.Security/defenderForStorageSettings@2025-06-01' = {
  name: 'current'
  scope: account
  properties: {
    isEnabled: defender.isEnabled
    malwareScanning: {
      onUpload: {
        isEnabled: defender.?malwareScanGBPerMonth != null
        capGBPerMonth: defender.?malwareScanGBPerMonth ?? -1
      }
    }
    sensitiveDataDiscovery: { isEnabled: defender.?findsSensitiveData ?? false }
    overrideSubscriptionLevelSettings: true
  }
}
