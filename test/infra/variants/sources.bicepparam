using '../../../infra/main.bicep'

param landingSources = {
  nql: {
    url: 'https://example.api.eu.nexthink.cloud'
    tokenUrl: 'https://example-login.eu.nexthink.cloud/oauth2/default/v1/token'
    clientId: 'example'
    query: '#audit_trail'
    schedule: '0 0 * * * *'
  }
  counts: { query: '#audit_counts', schedule: '0 30 * * * *' }
  classic: { url: 'https://portal.example.com', user: 'audit', schedule: '0 15 * * * *' }
  webhook: {}
}
