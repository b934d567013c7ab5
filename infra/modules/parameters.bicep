// The shapes of main.bicep's parameters that are no plain values.

@export()
@sealed()
@description('A storage account with a hierarchical namespace that the exporter already writes to. Nothing about it is changed; roles are given on it.')
type ExistingLanding = {
  @minLength(3)
  @maxLength(24)
  account: string

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
