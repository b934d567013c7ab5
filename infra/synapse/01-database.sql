-- Synapse serverless SQL: the database that holds the views. Run in master, once.
--
-- The collation is what makes text right: files hold UTF-8, only a UTF-8 collation reads it, and only this one is pushed
-- down into files. It compares bytes: text is case-sensitive.
-- No Synapse was at hand: this text is parsed and linted, and was never executed.

IF NOT EXISTS (SELECT name FROM sys.databases WHERE name = 'nexthink_audit')
    CREATE DATABASE nexthink_audit COLLATE Latin1_General_100_BIN2_UTF8;
GO
