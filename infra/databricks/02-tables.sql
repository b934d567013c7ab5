-- Databricks SQL: the two tables where they lie. Replace {catalog}, {schema} and {lake_account}; run once, after 01-access.sql.
--
-- Columns, partitioning and properties come from the tables' own logs, and new commits are seen at once. After an upgrade that
-- adds columns, REPAIR TABLE audit_events_table SYNC METADATA brings Catalog Explorer up to date. Dropping a table here
-- deletes no file.
-- Executed by the project's tests in open-source Spark 4.0 with Delta 4.0, not in Databricks.

SET CATALOG {catalog};

CREATE SCHEMA IF NOT EXISTS {schema};

USE SCHEMA {schema};

CREATE TABLE IF NOT EXISTS audit_events_table
USING DELTA
LOCATION 'abfss://curated@{lake_account}.dfs.core.windows.net/audit_events';

CREATE TABLE IF NOT EXISTS audit_codes_table
USING DELTA
LOCATION 'abfss://curated@{lake_account}.dfs.core.windows.net/audit_codes';
