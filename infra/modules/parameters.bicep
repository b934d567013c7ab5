// The shapes of main.bicep's parameters that are no plain values.

@export()
@sealed()
@description('A storage account with a hierarchical namespace that the exporter already writes to. Nothing about it is changed; roles are given on it.')
type ExistingLanding = {
  @minLength(3)
  @maxLength(24)
  account: string

  @description('The id of its subscription, if that is not the one that is deployed to.')
  @minLength(36)
  @maxLength(36)
  subscriptionId: string?

  @description('Where it is, if not in the resource group that is deployed to.')
  resourceGroup: string?

  @description('Its container of raw files, if that is not named raw.')
  container: string?
}

@export()
@sealed()
@description('Names in place of those that are made of namePrefix and of the resource group.')
type Names = {
  @minLength(3)
  @maxLength(24)
  landingAccount: string?

  @minLength(3)
  @maxLength(24)
  lakeAccount: string?

  @minLength(3)
  @maxLength(24)
  hostAccount: string?

  @description('The host takes its first 32 characters for its own name: apps that share them disturb each other.')
  @minLength(2)
  @maxLength(32)
  functionApp: string?

  @minLength(3)
  @maxLength(24)
  landingHostAccount: string?

  @minLength(3)
  @maxLength(24)
  keyVault: string?

  @description('The vault of the key that accounts are encrypted with, where customerKey makes one.')
  @minLength(3)
  @maxLength(24)
  encryptionVault: string?

  @description('The landing app; as functionApp.')
  @minLength(2)
  @maxLength(32)
  landingApp: string?
}

@export()
@sealed()
@description('What a month may cost, and since when it counts.')
type Budget = {
  @description('What a month may cost, in the currency of the bill.')
  @minValue(1)
  monthlyAmount: int

  @description('First day of the month of the first deployment, yyyy-MM-dd. Azure does not let it change: keep it for later ones.')
  startDate: string
}

@export()
@sealed()
@description('Subnets of a network that is there already, by their resource ids. Nothing about them is changed; docs/deploy.md says what they must have.')
type ExistingNetwork = {
  @description('Of the function app: delegated to Microsoft.App/environments, and used by nothing else.')
  appSubnetId: string

  @description('Of the private endpoints, where there are any.')
  endpointSubnetId: string?

  @description('Of the landing app, where landingSources makes one: as appSubnetId.')
  landingSubnetId: string?
}

@export()
@discriminator('kind')
@description('Where private endpoints get their names.')
type PrivateDnsZones = MadeZones | GivenZones | ZonesOfPolicy

@sealed()
@description('Zones are made in the resource group and linked to the network of the apps.')
type MadeZones = {
  kind: 'made'
}

@sealed()
@description('Zones that are there already, by their resource ids, and linked to the network of the apps.')
type GivenZones = {
  kind: 'given'

  @description('privatelink.blob.core.windows.net')
  blob: string

  @description('privatelink.dfs.core.windows.net')
  dfs: string

  @description('privatelink.queue.core.windows.net')
  queue: string

  @description('privatelink.table.core.windows.net')
  table: string

  @description('privatelink.azurewebsites.net, where an app is closed.')
  sites: string?

  @description('privatelink.vaultcore.azure.net, where there is a key vault.')
  vault: string?
}

@sealed()
@description('No zones and no names are made: a policy of the landing zone sees to both.')
type ZonesOfPolicy = {
  kind: 'policy'
}

@export()
@sealed()
@description('One private endpoint.')
type PrivateEndpoint = {
  @description('Of what it leads to.')
  name: string

  @description('Of what it leads to.')
  resourceId: string

  @description('The part of it that it leads to: blob, dfs, queue, table, sites, vault.')
  group: string

  @description('The zone that its name is put into; empty where a policy does.')
  zoneId: string
}

@export()
@sealed()
@description('How the accounts that are made are encrypted. Azure takes this only when an account is made: a deployment from before these were settings must say what its accounts have.')
type Encryption = {
  @description('Whether what is stored is encrypted twice, by the service and below it. By default it is.')
  infrastructure: bool?

  @description('Account (default): queues and tables are encrypted with the key of the account, a customer key too. Service: with a key of the service.')
  queueAndTableKeys: ('Account' | 'Service')?
}

@export()
@discriminator('kind')
@description('The key that the accounts are encrypted with, in place of one of Azure.')
type CustomerKey = MadeKey | GivenKey

@sealed()
@description('A key vault, a key that renews itself every year, and an identity that may use it are made.')
type MadeKey = {
  kind: 'made'
}

@sealed()
@description('A key that is there already.')
type GivenKey = {
  kind: 'given'

  @description('https://NAME.vault.azure.net/; the vault needs purge protection, and must let in services that Azure trusts.')
  keyVaultUri: string

  keyName: string

  @description('Left out, the account takes over each new version by itself.')
  keyVersion: string?

  @description('Resource id of a user-assigned identity that has the role Key Vault Crypto Service Encryption User on the key.')
  identityId: string
}

@export()
@sealed()
@description('The key of an account, and who uses it.')
type AccountKey = {
  keyVaultUri: string
  keyName: string
  keyVersion: string
  identityId: string
}

@export()
@sealed()
@description('Whether services that Azure trusts come past the firewall of an account; they need a role all the same. By default they do.')
type NetworkBypass = {
  @description('Nothing here comes so.')
  landing: ('AzureServices' | 'None')?

  @description('Engines such as Synapse come so.')
  lake: ('AzureServices' | 'None')?

  @description('Event Grid comes so, with events and dead letters, where privateNetwork closes the account.')
  host: ('AzureServices' | 'None')?
}

@export()
@sealed()
@description('Microsoft Defender for Storage on the landing and lake accounts, whatever the subscription says.')
type Defender = {
  @description('Whether it is on.')
  isEnabled: bool

  @description('Whether what is uploaded is scanned for malware, up to so many GB a month. The scan makes a system topic of the account where it has none.')
  @minValue(1)
  malwareScanGBPerMonth: int?

  @description('Whether it looks for sensitive data.')
  findsSensitiveData: bool?
}
