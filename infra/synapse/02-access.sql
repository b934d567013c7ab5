-- Synapse serverless SQL: how its queries reach the lake. Replace {lake_account} and {master_key_password}; run once.
--
-- curated is read as the workspace's own identity, which needs Storage Blob Data Reader on the container curated
-- (the parameter readerPrincipalIds of infra/main.bicep). quarantine holds raw text that no decoding has looked at: it is
-- read as whoever asks, who needs Storage Blob Data Reader on the container quarantine.
-- No Synapse was at hand: this text is parsed and linted, and was never executed.

USE nexthink_audit;
GO

-- Protects the credential; it is never asked for again.
IF NOT EXISTS (SELECT name FROM sys.symmetric_keys WHERE name = '##MS_DatabaseMasterKey##')
    CREATE MASTER KEY ENCRYPTION BY PASSWORD = '{master_key_password}';
GO

IF NOT EXISTS (SELECT name FROM sys.database_scoped_credentials WHERE name = 'workspace_identity')
    CREATE DATABASE SCOPED CREDENTIAL workspace_identity WITH IDENTITY = 'Managed Identity';
GO

IF NOT EXISTS (SELECT name FROM sys.external_data_sources WHERE name = 'curated')
    CREATE EXTERNAL DATA SOURCE curated WITH (
        LOCATION = 'https://{lake_account}.dfs.core.windows.net/curated',
        CREDENTIAL = workspace_identity
    );
GO

IF NOT EXISTS (SELECT name FROM sys.external_data_sources WHERE name = 'quarantine')
    CREATE EXTERNAL DATA SOURCE quarantine WITH (
        LOCATION = 'https://{lake_account}.dfs.core.windows.net/quarantine'
    );
GO
