import assert from 'node:assert/strict';
import { upload } from 'adls-emulator/sdk';
import { describe, it } from 'vitest';
import { pastVerifications } from '../../src/verify/index.ts';
import { messages, minuteMessages, minutes } from '../support/lake.ts';
import { onApp, records, verified } from './app-case.ts';
import { tick, trigger } from './event-grid.ts';
import { sharedPackage } from './shared-package.ts';

describe('maintain-table, from the package', () => {
  const extracted = sharedPackage();

  it(
    'compacts closed days, verifies the newest commits, and logs where the chains end',
    onApp(extracted, async ({ app, landing, lake }) => {
      for (let file = 0; file < 3; file++) {
        await upload(landing.files, `${file}.csv`, minutes(file * 10, 10));
        await trigger(app, 'ingest-export', 'raw', `${file}.csv`);
      }
      await tick(app, 'maintain-table');
      const [maintenance] = records(app, 'maintenance');
      assert.deepEqual(
        ['compaction', 'days', 'files_before', 'files_after', 'failed_steps', 'closed_bracket'].map(
          (name) => maintenance?.[name],
        ),
        ['compacted', 1, 3, 1, 0, false],
      );
      const [verification] = records(app, 'verification');
      assert.deepEqual([verification?.['problems'], verification?.['files_left']], [0, 0]);
      assert.equal(verification?.['recorded'], true);
      const [last] = await pastVerifications(lake, 1);
      assert.deepEqual([last?.newest_only, last?.problems, last?.heads['audit_events']?.version], [true, {}, 4]);
      assert.ok(Number(verification?.['data_files']) >= 1);
      assert.deepEqual(records(app, 'problem'), []);
      const heads = records(app, 'chain_head');
      assert.deepEqual(
        heads.map(({ table }) => table),
        ['audit_events', 'audit_codes'],
      );
      assert.equal(heads[0]?.['version'], 4);
      assert.deepEqual(await messages(lake), minuteMessages(0, 30));
      await verified(lake);
      await tick(app, 'maintain-table');
      assert.equal(records(app, 'maintenance')[1]?.['compaction'], 'nothing_to_do');
    }),
  );

  it(
    'fails, and says which kinds of problems, where a data file of the newest commits was altered',
    onApp(extracted, async ({ app, emulator, landing, lake }) => {
      await upload(landing.files, 'a.csv', minutes(0, 10));
      await trigger(app, 'ingest-export', 'raw', 'a.csv');
      const files: string[] = [];
      for await (const { path } of lake.list('curated/audit_events/event_date=2026-03-01/')) files.push(path);
      const content = Buffer.alloc(emulator.store.file('auditlake', files[0] ?? '')?.content.length ?? 0, 1);
      emulator.store.put('auditlake', files[0] ?? '', content);
      await assert.rejects(tick(app, 'maintain-table'), /1 problems in the newest commits; run: audit-lake verify/);
      assert.deepEqual(records(app, 'problem'), [{ event: 'problem', kind: 'data_file_altered', count: 1 }]);
      assert.equal(records(app, 'failure').length, 1);
    }),
  );
});
