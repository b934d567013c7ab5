import { writeEvidence } from '../../src/lake/index.ts';
import { EVENTS_TABLE, type Storage, systemHost } from '../../src/storage/index.ts';
import { commitPath, ENGINE, openTable } from '../../src/table/index.ts';

/** Does what a newer program does with its first commit that older ones must not write after: states the least version. */
export async function stateLeastWriter(storage: Storage, least: string, table: string = EVENTS_TABLE): Promise<void> {
  const snapshot = await openTable(storage, table);
  if (snapshot === null) throw new Error('expected a table, found none');
  const configuration = { ...snapshot.metadata.configuration, 'auditLake.minWriterVersion': least };
  const actions = [
    {
      commitInfo: {
        timestamp: systemHost.now(),
        operation: 'SET TBLPROPERTIES',
        operationParameters: {},
        readVersion: snapshot.version,
        isBlindAppend: false,
        engineInfo: ENGINE,
        txnId: systemHost.randomId(),
      },
    },
    { metaData: { ...snapshot.metadata, configuration } },
  ];
  const content = Buffer.from(actions.map((action) => `${JSON.stringify(action)}\n`).join(''));
  await storage.create(commitPath(table, snapshot.version + 1), content);
  const after = await openTable(storage, table);
  if (after !== null) await writeEvidence(storage, after);
}
