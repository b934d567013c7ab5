// What the landing app fetches or receives, and where it puts it. A member is the setting of docs/settings.md that begins with the
// name of its source: nql.url is nqlUrl, counts.query is nqlCountQuery. What is left out has the default that stands there. Secrets
// are in the key vault, and nowhere here.

@export()
@sealed()
@description('Ways out of Nexthink other than the data exporter, each off where it is left out. Anything here makes the landing app.')
type LandingSources = {
  @description('Folder below the folder of each way, with a slash at its end, for the Nexthink instance that files come from.')
  folder: string?

  @description('The NQL API: its results are pulled where it has a query and a schedule. The secret nql-client-secret of the vault is its own.')
  nql: NqlSource?

  @description('The trail counted by hour and code, to be compared with the table; needs nql, and costs one call a run.')
  counts: CountSource?

  @description('The Audit Trail API (classic). With user, the vault has classic-password; with clientId, classic-client-secret.')
  classic: ClassicSource?

  @description('The webhook receiver. The secret webhook-secret of the vault is what whoever sends must show.')
  webhook: WebhookSource?

  @description('Resource id of a role that is there already, in place of one that is made: where whoever deploys may not make roles. docs/deploy.md has what it must allow.')
  roleDefinitionId: string?
}

@export()
@sealed()
@description('How the NQL API is reached, and what is pulled from it when.')
type NqlSource = {
  url: string
  tokenUrl: string
  scope: string?
  clientId: string

  @description('The id of the saved query; nothing is pulled where it or the schedule is left out.')
  query: string?

  @description('What its parameters are given: name=value, separated by commas.')
  parameters: string?

  timeFormat: string?
  timeZone: string?

  @minValue(1)
  @maxValue(8784)
  windowHours: int?

  @description('Where the first window begins: an instant with an offset.')
  start: string?

  @minValue(0)
  @maxValue(10080)
  overlapMinutes: int?

  compression: ('NONE' | 'GZIP' | 'ZSTD')?

  @minValue(2)
  @maxValue(50)
  callsPerDay: int?

  @minValue(1)
  rowCap: int?

  @description('The longest result, for example 2GiB; below 5000 MiB, which is what Azure takes in one request.')
  maxBytes: string?

  @minValue(1)
  @maxValue(1439)
  waitMinutes: int?

  @description('When it is pulled: six fields, UTC.')
  schedule: string?
}

@export()
@sealed()
@description('The saved query that counts the trail, and when it is run.')
type CountSource = {
  query: string

  @description('Six fields, UTC.')
  schedule: string
}

@export()
@sealed()
@description('How the Audit Trail API (classic) is reached, and whose logs are pulled when.')
type ClassicSource = {
  url: string

  @description('The local account, for Basic authentication.')
  user: string?

  tokenUrl: string?
  scope: string?

  @description('The OAuth client, where it is called with OAuth.')
  clientId: string?

  @description('portal, engines, or host names of Engines, separated by commas.')
  trails: string?

  @minValue(1)
  @maxValue(8784)
  windowHours: int?

  @description('Where the first window begins: an instant with an offset.')
  start: string?

  @minValue(0)
  @maxValue(10080)
  overlapMinutes: int?

  maxBytes: string?

  @description('When they are pulled: six fields, UTC.')
  schedule: string
}

@export()
@sealed()
@description('What the webhook receiver takes.')
type WebhookSource = {
  @description('The header that the secret may come in.')
  header: string?

  maxBytes: string?

  @minValue(1)
  @maxValue(1000)
  maxDepth: int?

  @minValue(1)
  @maxValue(1000000)
  perMinute: int?
}
