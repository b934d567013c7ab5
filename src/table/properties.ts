/** Property that names the columns `add.stats` covers. */
export const STATISTICS_COLUMNS = 'delta.dataSkippingStatsColumns';

/** Property that forbids every conforming writer to change or remove data. */
export const APPEND_ONLY = 'delta.appendOnly';

/** Property that says after how many commits a checkpoint is due. */
export const CHECKPOINT_INTERVAL = 'delta.checkpointInterval';

/**
 * Properties of a table this program makes. `statisticsColumns` are those worth pruning by: bounds of random ids and
 * of free text say nothing.
 * Source: Delta protocol, "Append-only Tables"; Delta Lake documentation, "Delta table properties reference".
 */
export function tableProperties(options: {
  readonly appendOnly: boolean;
  readonly statisticsColumns: readonly string[];
}): Readonly<Record<string, string>> {
  return {
    ...(options.appendOnly && { [APPEND_ONLY]: 'true' }),
    // A checkpoint by another writer would delete old commits, and with them the record of what was ingested.
    'delta.enableExpiredLogCleanup': 'false',
    // A checkpoint holds a row for every raw file there ever was: every tenth commit would be a writer's whole work.
    [CHECKPOINT_INTERVAL]: '100',
    [STATISTICS_COLUMNS]: options.statisticsColumns.join(','),
    'delta.checkpoint.writeStatsAsStruct': 'false',
    // Without it other writers default to Zstandard, which older readers lack.
    'delta.parquet.compression.codec': 'snappy',
    'delta.parquet.format.version': '1.0.0',
    // Keeps other engines from raising the protocol beyond what every reader knows.
    'delta.enableDeletionVectors': 'false',
  };
}

/** Properties of `audit_events`. */
export const auditEventsProperties = tableProperties({
  appendOnly: true,
  statisticsColumns: [
    'event_time',
    'code',
    'event_name',
    'family',
    'action',
    'actor_name',
    'user_id',
    'user_name',
    'ip_address',
    'object_id',
    'decode_status',
    'source_file',
  ],
});
