import { type AuditCode, CATALOGUE, CATALOGUE_ORDER, CATALOGUE_VERSION, OCSF_VERSION } from '../catalogue/index.ts';
import { type ColumnSpec, ParquetFile, snappy } from '../parquet/index.ts';
import { CODES_TABLE, type LakeContext, sha256Hex } from '../storage/index.ts';
import { commitWithRetries, createTable, fileStatistics, type Snapshot, tableProperties } from '../table/index.ts';
import { afterCommit, type CommitObserver } from './after-commit.ts';
import { type CatalogueVersion, catalogueTransactions, publishedCatalogue } from './catalogue-transaction.ts';
import { removalOf } from './data-files.ts';
import type { LakeColumn, LakeTable } from './lake-table.ts';
import { catalogueInfo } from './record-writing.ts';

/** A column of audit_codes and where its value comes from. */
interface CodeColumn {
  readonly name: string;
  readonly comment: string;
  readonly value: (row: AuditCode, version: string) => string | number | null;
}

const SEVERITY_IDS = { informational: 1, low: 2, medium: 3, high: 4 } as const;

/** The catalogue as columns. Those whose name ends in `_uid` or `_id`, and `code`, are whole numbers. */
const AUDIT_CODE_COLUMNS: readonly CodeColumn[] = [
  { name: 'code', comment: 'Audit code; with source_system, one row for each.', value: (row) => row.code },
  { name: 'event_name', comment: 'What happened, as a stable slug.', value: (row) => row.name },
  { name: 'meaning', comment: 'The activity in the words of the documentation.', value: (row) => row.meaning },
  { name: 'family', comment: 'Part of the product.', value: (row) => row.family },
  { name: 'action', comment: 'What was done.', value: (row) => row.action },
  { name: 'object_type', comment: 'Kind of thing it was done to.', value: (row) => row.objectType },
  { name: 'channel', comment: 'web, api or spark.', value: (row) => row.channel },
  { name: 'outcome', comment: 'success, failure, requested or scheduled.', value: (row) => row.outcome },
  { name: 'severity', comment: 'informational, low, medium or high.', value: (row) => row.severity },
  { name: 'ai_mode', comment: 'confirmed or autonomous, where Spark acts.', value: (row) => row.aiMode ?? null },
  { name: 'ocsf_version', comment: 'OCSF version of the mapping.', value: () => OCSF_VERSION },
  { name: 'ocsf_category_uid', comment: 'OCSF category.', value: (row) => Math.floor(row.ocsf.classUid / 1000) },
  { name: 'ocsf_class_uid', comment: 'OCSF class.', value: (row) => row.ocsf.classUid },
  { name: 'ocsf_activity_id', comment: 'OCSF activity; 99 is other.', value: (row) => row.ocsf.activityId },
  { name: 'ocsf_activity_name', comment: 'Name of activity 99.', value: (row) => row.ocsf.activityName ?? null },
  { name: 'ocsf_type_uid', comment: 'OCSF type.', value: (row) => row.ocsf.classUid * 100 + row.ocsf.activityId },
  { name: 'ocsf_severity_id', comment: 'OCSF severity.', value: (row) => SEVERITY_IDS[row.severity] },
  { name: 'ocsf_entity_type', comment: 'Type of the managed entity.', value: (row) => row.ocsf.entityType ?? null },
  { name: 'asim_event_schema', comment: 'ASIM schema.', value: (row) => row.asim.eventSchema },
  { name: 'asim_event_type', comment: 'ASIM EventType.', value: (row) => row.asim.eventType },
  { name: 'asim_event_result', comment: 'ASIM EventResult.', value: (row) => row.asim.eventResult },
  { name: 'asim_object_type', comment: 'ASIM ObjectType.', value: (row) => row.asim.objectType ?? null },
  {
    name: 'template',
    comment: 'The newest documented message; null where none is shown.',
    value: (row) => row.templates[0]?.text ?? null,
  },
  { name: 'source', comment: 'The page the row was read from.', value: (row) => row.source },
  { name: 'catalogue_version', comment: 'The catalogue these rows make up.', value: (_, version) => version },
  {
    name: 'source_system',
    comment: 'Which trail the code is of; the same number may mean something else in another.',
    value: (row) => row.sourceSystem,
  },
];

const SPECS: readonly ColumnSpec[] = AUDIT_CODE_COLUMNS.map(({ name }) => ({
  name,
  type: isNumber(name) ? 'int32' : 'string',
  required: name === 'code',
  encoding: 'plain',
  compressed: true,
}));

/** The columns of audit_codes as the Delta table declares them. The catalogue is documentation: nothing in it is a person's. */
export const CODE_TABLE_COLUMNS: readonly LakeColumn[] = AUDIT_CODE_COLUMNS.map(({ name, comment }) => ({
  name,
  type: isNumber(name) ? 'integer' : 'string',
  nullable: name !== 'code',
  comment,
  person: 'none',
  list: false,
}));

/** The catalogue as a table: replaced as a whole with each catalogue, so that nothing of it is ever small or too old. */
export const CODES = {
  name: 'audit_codes',
  path: CODES_TABLE,
  columns: CODE_TABLE_COLUMNS,
  partitionColumns: [],
  dayColumn: null,
  configuration: tableProperties({ appendOnly: false, statisticsColumns: ['code'] }),
  isAppendOnly: false,
  isOriginal: true,
  prepare: publishCodes,
} as const satisfies LakeTable;

/** A catalogue as it is published. */
export interface Catalogue extends CatalogueVersion {
  readonly rows: readonly AuditCode[];
}

const TODAY: Catalogue = { rows: CATALOGUE, version: CATALOGUE_VERSION, order: CATALOGUE_ORDER };

/**
 * Brings audit_codes up to the catalogue: one commit that replaces its rows, and none where they are up to date, or of a
 * newer catalogue.
 */
export async function publishCodes(
  context: LakeContext,
  observer: CommitObserver,
  catalogue = TODAY,
): Promise<Snapshot> {
  const { storage, host } = context;
  const found = await createTable(context, CODES);
  let written: string | null = null;
  const discard = async (): Promise<void> => {
    if (written !== null) await storage.delete(written).catch(() => undefined);
  };
  const { outcome, snapshot } = await commitWithRetries(context, found, {
    subject: 'publishing the catalogue',
    discard,
    next: async (current) => {
      await discard();
      const published = publishedCatalogue(current, catalogue);
      if (published === 'newer') observer.onNewerCatalogue?.();
      if (published !== 'other') return null;
      const transactions = catalogueTransactions(catalogue, host.now());
      const file = codesFile(catalogue);
      const path = `part-00000-${host.randomId()}.snappy.parquet`;
      written = `${current.path}/${path}`;
      await storage.create(written, file.bytes);
      const stats = fileStatistics(current.metadata, file.rows, file.statistics);
      const now = host.now();
      const attempt = { now: host.now(), txnId: host.randomId() };
      const sha256 = sha256Hex(file.bytes);
      const size = file.bytes.length;
      return {
        actions: [
          { commitInfo: catalogueInfo(current, attempt, catalogue.version, { path, rows: file.rows, sha256 }) },
          ...transactions.map((txn) => ({ txn })),
          ...[...current.files.values()].map((old) => removalOf(old, now, true)),
          { add: { path, partitionValues: {}, size, modificationTime: now, dataChange: true, stats } },
        ],
      };
    },
  });
  if (outcome === 'committed') await afterCommit(context, snapshot, observer);
  return snapshot;
}

/** The rows of audit_codes as a Parquet file. */
export function codesFile({ rows, version } = TODAY) {
  const file = new ParquetFile(SPECS, snappy);
  for (const row of rows) {
    for (const { name, value } of AUDIT_CODE_COLUMNS) append(file, name, value(row, version));
    file.endRow();
  }
  return file.finish();
}

function append(file: ParquetFile, name: string, value: string | number | null): void {
  if (typeof value === 'number') file.number(name).append(value);
  else if (value !== null) {
    const bytes = Buffer.from(value, 'utf8');
    file.text(name).append(bytes, 0, bytes.length);
  }
}

function isNumber(name: string): boolean {
  return name === 'code' || name.endsWith('_uid') || name.endsWith('_id');
}
