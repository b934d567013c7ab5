-- Synapse serverless SQL: who may ask. Replace {readers}, the name of an Entra group; run last, and once for each group.
--
-- Reading a view over files takes three rights: the view, the credential it reads with, and to read files at all. With
-- the last two, members can also read other files of the container curated; nothing beyond it is open to the credential.
-- No Synapse was at hand: this text is parsed and linted, and was never executed.

USE master;
GO

IF NOT EXISTS (SELECT name FROM sys.server_principals WHERE name = '{readers}')
    CREATE LOGIN [{readers}] FROM EXTERNAL PROVIDER;
GO

USE nexthink_audit;
GO

IF NOT EXISTS (SELECT name FROM sys.database_principals WHERE name = '{readers}')
    CREATE USER [{readers}] FOR LOGIN [{readers}];
GO

GRANT SELECT ON SCHEMA::dbo TO [{readers}];
GO

GRANT REFERENCES ON DATABASE SCOPED CREDENTIAL::workspace_identity TO [{readers}];
GO

GRANT ADMINISTER DATABASE BULK OPERATIONS TO [{readers}];
GO
