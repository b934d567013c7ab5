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
