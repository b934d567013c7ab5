using '../../../infra/main.bicep'

param exporterPrincipalId = '00000000-0000-4000-8000-000000000011'
param readerPrincipalIds = ['00000000-0000-4000-8000-000000000012', '00000000-0000-4000-8000-000000000013']
param readerGroupIds = ['00000000-0000-4000-8000-000000000014']
param deployerPrincipalId = '00000000-0000-4000-8000-000000000015'
param deployerPrincipalType = 'ServicePrincipal'
param alertEmails = ['audit@example.com']
param budget = { monthlyAmount: 100, startDate: '2026-01-01' }
