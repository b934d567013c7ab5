using '../../../infra/main.bicep'

// The exporter signs in with a key, from addresses that are known.
param exporterAuth = 'key'
param exporterIpRules = ['203.0.113.0/28', '198.51.100.7']
param landingSources = {
  classic: { url: 'https://portal.example.com', user: 'audit', schedule: '0 15 * * * *' }
}
