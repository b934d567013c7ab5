-- Databricks SQL: how Unity Catalog reaches the lake, and who may ask. Replace {catalog}, {schema}, {lake_account},
-- {storage_credential} and {readers}; run once.
--
-- {storage_credential} is a storage credential over an access connector's managed identity. That identity needs Storage Blob
-- Data Reader on the containers (the parameter readerPrincipalIds of infra/main.bicep gives it on curated alone). With no
-- right to write, no statement run in Databricks can change the evidence: keep it so, and set the external locations to
-- read-only in Catalog Explorer as well.
--
-- CREATE EXTERNAL LOCATION has no word for read-only and tries to write when it checks the identity. Where it is refused for
-- that, make the location on the command line, once the container holds a file, and go on with what follows:
--   databricks external-locations create nexthink_curated abfss://curated@{lake_account}.dfs.core.windows.net \
--     {storage_credential} --read-only
-- Never executed: these statements exist in Databricks only.

CREATE EXTERNAL LOCATION IF NOT EXISTS nexthink_curated
URL 'abfss://curated@{lake_account}.dfs.core.windows.net'
WITH (STORAGE CREDENTIAL {storage_credential})
COMMENT 'Nexthink audit events; read only';

-- Raw text that no decoding has looked at: only where 04-quarantine.sql is used.
CREATE EXTERNAL LOCATION IF NOT EXISTS nexthink_quarantine
URL 'abfss://quarantine@{lake_account}.dfs.core.windows.net'
WITH (STORAGE CREDENTIAL {storage_credential})
COMMENT 'What was no audit record; read only';

SET CATALOG {catalog};

CREATE SCHEMA IF NOT EXISTS {schema};

GRANT USE CATALOG ON CATALOG {catalog} TO `{readers}`;

GRANT USE SCHEMA ON SCHEMA {schema} TO `{readers}`;

-- SELECT and nothing more, on this schema and not on that of the quarantine. MODIFY would let its holder change table
-- properties and rewrite files.
GRANT SELECT ON SCHEMA {schema} TO `{readers}`;
