import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { HEADER, record, run, start } from '../support/cli.ts';

const SQL = 'SELECT code, object_name FROM audit_events ORDER BY event_time';

let folder = '';
let lake = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'output-'));
  lake = join(folder, 'lake');
  const file = join(folder, 'a.csv');
  await writeFile(
    file,
    HEADER + record('Created dashboard, ID=d-1, name=日本') + record('Created dashboard, ID=d-2, name==1+1'),
  );
  assert.equal((await run(['ingest', file, '--lake', lake])).code, 0);
});

afterAll(() => rm(folder, { recursive: true }));

const query = (...rest: string[]) => run(['query', SQL, '--lake', lake, ...rest]);

/** Bytes of what is in a folder. */
async function sizes(place: string): Promise<number> {
  const names = await readdir(place);
  const found = await Promise.all(names.map((name) => stat(join(place, name)).catch(() => null)));
  return found.reduce((sum, each) => sum + (each?.size ?? 0), 0);
}

/** What is the same whenever and however it is asked for. */
function untimed(json: string): string {
  return json.replace(/"(?:began|ended|command)":"[^"]*",?/g, '');
}

describe('--output', () => {
  it('writes a file for this user alone, in the format of its ending, and says so', async () => {
    const file = join(folder, 'answer.CSV');
    const { code, stdout, stderr } = await query('--output', file);
    assert.deepEqual([code, stdout, stderr], [0, '', `wrote 2 rows to ${file}\n`]);
    assert.equal(await readFile(file, 'utf8'), "code,object_name\r\n92042,日本\r\n92042,'=1+1\r\n");
    if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('replaces no file without --force', async () => {
    const file = join(folder, 'kept.json');
    await writeFile(file, 'kept');
    const refused = await query('--output', file);
    assert.deepEqual([refused.code, refused.stdout], [2, '']);
    assert.match(
      refused.stderr,
      /^audit-lake: --output .*kept\.json: a file of that name is there already; --force replaces it\n$/,
    );
    assert.equal(await readFile(file, 'utf8'), 'kept');
    assert.equal((await query('--output', file, '--force', '--quiet')).stderr, '');
    assert.equal(JSON.parse(await readFile(file, 'utf8')).length, 2);
  });

  it('leaves nothing behind where the answer fails, be it late', async () => {
    const place = join(folder, 'failing');
    await mkdir(place);
    const late =
      'SELECT CASE WHEN range > 900000 THEN error(CAST(range AS VARCHAR)) ELSE range END FROM range(1000000)';
    for (const sql of ['SELECT nothing', late]) {
      const { code } = await run(['query', sql, '--lake', lake, '--output', join(place, 'x.csv')]);
      assert.equal(code, 2);
    }
    assert.deepEqual(await readdir(place), []);
  });

  it('is refused in one line where it contradicts itself or says nothing', async () => {
    for (const [args, message] of [
      [['--output', 'x.doc'], /expected an ending that says a format \(\.csv, /],
      [['--output', 'x'], /expected an ending that says a format/],
      [['--output', 'x.csv', '--json'], /says csv, and the options say json/],
      [['--format', 'csv', '--json'], /--json and --format csv contradict each other/],
      [['--format', 'json', '--bom'], /--bom is about CSV/],
      [['--no-formula-guard'], /--no-formula-guard is about CSV/],
      [['--force'], /--force goes with --output FILE/],
      [['--output', folder, '--format', 'csv'], /that is a folder/],
      [['--output', join(folder, 'no/x.csv')], /expected a folder .*no, found none/],
      [['--format', 'pdf'], /Allowed choices are table, lines, csv/],
    ] as const) {
      const { code, stdout, stderr } = await query(...args);
      assert.deepEqual([code, stdout, stderr.split('\n').length], [2, '', 2], stderr);
      assert.match(stderr, message);
    }
  });

  it('of a page alone is refused where it says another ending, and goes to standard output where it is asked to', async () => {
    for (const name of ['x.pdf', 'x.txt', 'x']) {
      const { code, stderr } = await run(['report', '--lake', lake, '--output', name]);
      assert.equal(code, 2);
      assert.match(stderr, /expected an ending that says a format \(\.html, \.htm\), or --format\n$/);
    }
    assert.match(
      (await run(['report', '--lake', lake, '--output', 'x.csv'])).stderr,
      /there is no csv of this; it comes as \.html, \.htm\n$/,
    );
    const page = await run(['report', '--no-verify', '--lake', lake, '--output', '-']);
    assert.deepEqual([page.code, page.stdout.slice(0, 15)], [0, '<!doctype html>']);
  });

  it('gives a terminal no bytes that are no text', async () => {
    const node = ['--import', 'data:text/javascript,process.stdout.isTTY=true'];
    for (const format of ['parquet', 'xlsx', 'arrow']) {
      const { code, stdout, stderr } = await run(['query', SQL, '--lake', lake, '--format', format], { node });
      assert.deepEqual([code, stdout], [2, '']);
      assert.equal(stderr, `audit-lake: ${format} is no text for a terminal; name a file with --output, or pipe it\n`);
    }
    assert.match((await query('--format', 'parquet')).stdout, /^PAR1/);
  });

  it('goes on to another sheet where rows do not fit on one, and says so', async () => {
    const file = join(folder, 'two.xlsx');
    const found = await run(['query', 'FROM range(1100000)', '--lake', lake, '--output', file]);
    assert.deepEqual(
      [found.code, found.stderr],
      [0, `a sheet holds 1048575 rows: the workbook has 2 sheets\nwrote 1100000 rows to ${file}\n`],
    );
    // Names of the parts of an archive stand in it as they are.
    const bytes = await readFile(file);
    assert.deepEqual(
      [1, 2, 3].map((sheet) => bytes.includes(`xl/worksheets/sheet${sheet}.xml`)),
      [true, true, false],
    );
  });

  it('leaves nothing half-written where it is interrupted', async () => {
    const place = join(folder, 'interrupted');
    await mkdir(place);
    for (const name of ['x.csv', 'x.parquet', 'x.xlsx']) {
      const sql = "SELECT range AS n, repeat('x', 100) AS text FROM range(50000000)";
      const child = start(['query', sql, '--lake', lake, '--output', join(place, name)]);
      const exited = new Promise((resolve) => child.on('exit', resolve));
      while ((await sizes(place)) < 100_000) await setTimeout(20);
      child.kill('SIGINT');
      assert.equal(await exited, 130, name);
      assert.deepEqual(await readdir(place), [], name);
    }
  });

  it('is there for whatever gives rows, and --format json is --json', async () => {
    for (const words of [
      ['ask', '19', '--lake', lake],
      ['ask'],
      ['codes', '91011'],
      ['history', '--lake', lake],
      ['verify', '--lake', lake],
    ]) {
      const short = await run([...words, '--json']);
      const long = await run([...words, '--format', 'json']);
      assert.deepEqual([long.code, untimed(long.stdout)], [0, untimed(short.stdout)], words.join(' '));
      for (const format of ['csv', 'markdown', 'table', 'jsonl']) {
        const { code, stdout, stderr } = await run([...words, '--format', format]);
        assert.deepEqual([code, stderr.replace(/^verify.*/gm, '').trim()], [0, ''], `${words.join(' ')} ${format}`);
        if (format === 'csv') assert.match(stdout, /^[a-z_]+(,[a-z_]+)+\r\n/);
      }
      const file = join(folder, `${words[0]}-${words.length}.txt`);
      assert.equal((await run([...words, '--output', file])).code, 0);
      assert.ok((await readFile(file, 'utf8')).length > 0);
    }
  });
});
