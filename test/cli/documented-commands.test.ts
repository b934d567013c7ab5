import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { HEADER, inFolder, plainEnvironment, record, run } from '../support/cli.ts';
import { PROGRAM } from '../support/program.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START = /^\s*npm run -s audit-lake -- /;
const LOG_LINE =
  '2026-03-01T06:00:00.000+00:00 portal.acme.example [Portal|LOGIN|20101|li.wei] User li.wei logged with session id 1\n';
/** What stands in the documents for something of the reader's own. */
const PLACEHOLDERS: readonly (readonly [RegExp, string])[] = [
  [/(\/tmp\/)?\bFILE\b|\b(first-)?export\.csv/g, 'export.csv'],
  [/\/tmp\/(try|first-look)\b|\b(LAKE|URL)\b/g, 'tried'],
  [/--lake lake\b/g, '--lake tried'],
  [/\bDAY\b/g, '2026-03-01'],
  [/\bSHA256\b/g, '0'.repeat(64)],
  [/\bEVENT_UID\b/g, '0'.repeat(32)],
];

/** The commands in the shell blocks of a document, and those in its running text, as they are to be typed. */
function commandsOf(document: string): string[] {
  const found: string[] = [];
  const lines = document.split('\n');
  for (let index = 0; index < lines.length; index++) {
    if (!START.test(lines[index] ?? '')) continue;
    let command = lines[index] ?? '';
    while ((command.match(/"/g)?.length ?? 0) % 2 === 1) command += `\n${lines[++index]}`;
    found.push(command.replace(START, ''));
  }
  for (const [, command = ''] of document.matchAll(/`(?:npm run -s )?audit-lake (?:-- )?([^`]*)`/g)) {
    // One word alone names a command, and need not be one that can be typed.
    if (command.includes(' ')) found.push(command);
  }
  const isWhole = (command: string) => !/…|https:|\[WORD/.test(command);
  return [...new Set(found.filter(isWhole).map(filled))];
}

function filled(command: string): string {
  return PLACEHOLDERS.reduce((all, [pattern, value]) => all.replaceAll(pattern, value), command);
}

/** Runs a command as a shell would, in a folder, with a lake in the environment. */
async function shell(folder: string, command: string): Promise<{ code: number | null; stderr: string }> {
  const child = spawn('bash', ['-c', `"${process.execPath}" "${PROGRAM}" ${command}`], {
    cwd: folder,
    env: { ...plainEnvironment(), AUDIT_LAKE_LAKE: join(folder, 'lake') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { stderr: await text(child.stderr), code: await exited };
}

describe('the commands in the documents', () => {
  it(
    'are understood, every one of them, and do what they say on a lake',
    inFolder(async (folder) => {
      const documents = (await readdir(join(ROOT, 'docs'))).filter((name) => name.endsWith('.md'));
      const texts = await Promise.all(
        [join(ROOT, 'README.md'), ...documents.map((name) => join(ROOT, 'docs', name))].map((path) =>
          readFile(path, 'utf8'),
        ),
      );
      const commands = [...new Set(texts.flatMap(commandsOf))];
      assert.ok(commands.length > 25, `only ${commands.length} were found`);
      await copyFile(join(ROOT, 'samples/exports/broken-rows.csv'), join(folder, 'export.csv'));
      await writeFile(join(folder, 'audit.log'), LOG_LINE);
      await writeFile(join(folder, 'questions.sql'), 'SELECT 1; SELECT 2;\n');
      for (const lake of ['lake', 'tried']) {
        const { code } = await run(['ingest', join(folder, 'export.csv'), '--lake', join(folder, lake)]);
        assert.equal(code, 0);
      }
      const refused: string[] = [];
      for (const command of commands) {
        const { code, stderr } = await shell(folder, command);
        // They ask Nexthink, which nobody has set up here.
        if (/^(pull|compare) /.test(command) && /found nothing; set it$/m.test(stderr)) continue;
        if (code !== 0 && code !== 1) refused.push(`${command}: exit code ${code}, ${stderr}`);
      }
      assert.deepEqual(refused, []);
    }),
  );

  it(
    'find the raw file of an ingest_id, also one of whose rows some went to quarantine',
    inFolder(async (folder) => {
      const [export_, lake] = [join(folder, 'bad.csv'), join(folder, 'lake')];
      await writeFile(export_, `${HEADER}${record('x', 'yesterday')}${record('y')}`);
      assert.equal((await run(['ingest', export_, '--lake', lake])).code, 0);
      const history = await run(['history', '--json', '--lake', lake]);
      const entries = history.stdout.trim().split('\n');
      const sources = entries.flatMap(
        (line) => (JSON.parse(line) as { sources: { ingest_id: string; path: string }[] }).sources,
      );
      assert.deepEqual(
        sources.map(({ path }) => path),
        ['raw/bad.csv'],
      );
      const sql = `SELECT DISTINCT source_file FROM quarantine_rows WHERE ingest_id = '${sources[0]?.ingest_id}'`;
      const found = await run(['query', sql, '--json', '--lake', lake]);
      assert.deepEqual(JSON.parse(found.stdout), [{ source_file: 'raw/bad.csv' }]);
    }),
  );
});
