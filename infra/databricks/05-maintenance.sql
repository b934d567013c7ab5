-- Databricks SQL: what to look at, and what to leave alone. Replace {catalog} and {schema}; changes nothing, run it any time.
--
-- audit-lake compacts, vacuums and checks the tables itself and records that in the evidence. With an identity that may only
-- read, none of what follows could do harm; where one may write, never run on these tables:
--   DELETE, UPDATE, MERGE, INSERT, COPY INTO   the table refuses to lose or change a row; one put in by hand has no raw file behind it
--   ALTER TABLE                                lifting delta.appendOnly, column mapping or deletion vectors end our writing to it
--   VACUUM                                     deletes files that audit-lake vacuum would have checked and recorded first
--   RESTORE, REORG, CLONE over the table       replace what the evidence describes
--   predictive optimization                    runs OPTIMIZE and VACUUM by itself: ALTER SCHEMA {schema} DISABLE PREDICTIVE OPTIMIZATION
-- OPTIMIZE is legal: it changes files and no row, `audit-lake verify` lists it as the commit of another engine, and from then on
-- has fewer files whose SHA-256 it can vouch for. `audit-lake compact` does the same and keeps them.
-- Executed by the project's tests in open-source Spark 4.0 with Delta 4.0, not in Databricks.

SET CATALOG {catalog};

USE SCHEMA {schema};

-- What must be there: delta.appendOnly true, delta.enableExpiredLogCleanup false, delta.enableDeletionVectors false,
-- delta.parquet.compression.codec snappy. The second keeps a checkpoint of another engine from deleting old commits, and with
-- them the record of what was taken in.
SHOW TBLPROPERTIES audit_events_table;

-- minReaderVersion 1 and minWriterVersion 2: every engine can read it.
DESCRIBE DETAIL audit_events_table;

-- Who committed what: engineInfo is nexthink-audit-lake throughout, unless another engine has written.
DESCRIBE HISTORY audit_events_table;
