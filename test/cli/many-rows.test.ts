import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { HEADER, record, run, start } from '../support/cli.ts';

const MANY = 'SELECT range AS n, repeat(chr(120), 100 + CAST(range % 50 AS INT)) AS text FROM range(200000)';
/** Twice and a half what the program's memory holds, in rows so wide that it is not the time of many that is tried. */
const LARGE = MANY.replace('100 +', '1000 +').replace('200000', '400000');

/** Has a command say at its end how much memory it took at most, in KiB. */
const TELLS_PEAK =
  'data:text/javascript,process.on("exit",()=>process.stderr.write("peak "+process.resourceUsage().maxRSS+"\\n"))';

/** Has the time of grace never end, after which what does not end by itself is ended: then a command ends by itself or not at all. */
const PATIENT = `data:text/javascript,${encodeURIComponent(`
  const { setTimeout: wait } = globalThis;
  globalThis.setTimeout = (call, ms, ...rest) => {
    if (ms !== 4_000) return wait(call, ms, ...rest);
    process.stderr.write('patient');
    return { unref: () => undefined };
  };`)}`;

let folder = '';
let lake = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'many-rows-'));
  lake = join(folder, 'lake');
  await writeFile(join(folder, 'a.csv'), HEADER + record('Created dashboard, ID=d-1, name=Sales'));
  assert.equal((await run(['ingest', join(folder, 'a.csv'), '--lake', lake])).code, 0);
});

afterAll(() => rm(folder, { recursive: true }));

function startQuery(sql: string, ...rest: string[]) {
  const child = start(['query', sql, '--lake', lake, ...rest], {
    node: ['--max-old-space-size=160', '--import', PATIENT],
  });
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { child, exited };
}

describe('query of many rows', () => {
  it('prints them as a table, cuts none, and counts them', async () => {
    const { code, stdout, stderr } = await run(['query', MANY, '--lake', lake]);
    assert.deepEqual([code, stderr], [0, '']);
    const lines = stdout.split('\n');
    assert.equal(lines.length, 200_000 + 4);
    assert.equal(lines.at(-2), '200000 rows');
    assert.equal(lines[2 + 199_999]?.trim(), `199999  ${'x'.repeat(149)}`);
  });

  it('prints them as one JSON array', async () => {
    const { code, stdout, stderr } = await run(['query', MANY, '--lake', lake, '--json']);
    assert.deepEqual([code, stderr], [0, '']);
    const found = JSON.parse(stdout);
    assert.equal(found.length, 200_000);
    assert.deepEqual(found[199_999], { n: 199_999, text: 'x'.repeat(149) });
  });

  for (const format of [[], ['--json']]) {
    it(`takes no more memory of this program for more of them ${format.join('')}`, async () => {
      const { child, exited } = startQuery(LARGE, ...format);
      let bytes = 0;
      let end = '';
      child.stdout.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        end = (end + chunk.toString('utf8')).slice(-20);
      });
      assert.equal(await exited, 0);
      assert.ok(bytes > 400_000_000, String(bytes));
      assert.match(end, format.length > 0 ? /\}\]\n$/ : /400000 rows\n$/);
    });

    it(`ends by itself at a signal, read or not ${format.join('')}`, async () => {
      for (const isRead of [true, false]) {
        const { child, exited } = startQuery(MANY.replace('200000', '5000000'), ...format);
        await new Promise((resolve) => child.stdout.once('readable', resolve));
        if (isRead) child.stdout.resume();
        await setTimeout(300);
        const errors = text(child.stderr);
        child.kill('SIGTERM');
        assert.equal(await exited, 130);
        child.stdout.resume();
        assert.match(await errors, /patient/, 'it would have waited for ever');
      }
    });

    it(`ends where nobody reads any more ${format.join('')}`, async () => {
      const { child, exited } = startQuery(MANY.replace('200000', '5000000'), ...format);
      await new Promise((resolve) => child.stdout.once('data', resolve));
      child.stdout.destroy();
      assert.equal(await exited, 0);
    });
  }

  it('frees what the engine gave of many wide ones', async () => {
    const columns = Array.from({ length: 100 }, (_, column) => `CASE WHEN range % 64 = 0 THEN 'x' END AS c${column}`);
    const { code, stderr } = await run(
      ['query', `SELECT ${columns.join(', ')} FROM range(600000)`, '--lake', lake, '--format', 'csv'],
      { node: ['--import', TELLS_PEAK] },
    );
    assert.equal(code, 0);
    const megabytes = Number(/^peak (\d+)/m.exec(stderr)?.[1]) / 1024;
    assert.ok(megabytes > 50 && megabytes < 450, String(megabytes));
  });

  it('says what is wrong where that shows at the first rows, and prints nothing', async () => {
    const { code, stdout } = await run(['query', "SELECT CAST('x' || range AS INT) FROM range(10)", '--lake', lake]);
    assert.deepEqual([code, stdout], [2, '']);
  });

  it('ends with 2 where a later row cannot be had', async () => {
    const sql = 'SELECT CASE WHEN range > 900000 THEN error(CAST(range AS VARCHAR)) ELSE range END FROM range(1000000)';
    const { code, stderr } = await run(['query', sql, '--lake', lake]);
    assert.equal(code, 2);
    assert.match(stderr, /90\d{4}/);
  });
});
