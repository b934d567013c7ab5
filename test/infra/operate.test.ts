import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, it } from 'vitest';

const DOCUMENT = fileURLToPath(new URL('../../docs/operate.md', import.meta.url));
const MAIN = new URL('../../src/cli/main.ts', import.meta.url).href;
const SAMPLES = fileURLToPath(new URL('../../samples/exports', import.meta.url));

/** In place of npm, a function that prints what it was called with; in place of grep, one that keeps all; in place of az, one that gives settings of an app. */
const SHELL = `
grep() { cat; }
npm() { printf '%s\\0' "\${@:5}"; printf '\\n\\0'; }
az() { if [ "$2" = config ]; then printf 'AUDIT_LAKE_INSTANCES\\tacme/=A, B\\nAUDIT_LAKE_TIME_ZONE\\tEurope/Zurich\\n'; fi; }
`;

/** Runs the command line for each list of arguments, all in one process. */
const COMMANDS = `
import { main } from '${MAIN}';
process.stdout.setMaxListeners(0);
for (const args of JSON.parse(process.argv[1])) {
  const code = await main(args);
  process.stdout.write('\\0' + code + '\\0');
}
// What a command found is not what came of this script.
process.exitCode = 0;
`;

const text = await readFile(DOCUMENT, 'utf8');

/** The blocks of a language, without the indentation of a list. */
function blocks(language: string): string[] {
  return [...text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n(.*?)^ *\`\`\``, 'gms'))].map(
    ([, indent = '', block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** What stands between backticks in a line, spaces at ends of lines as one. */
function spans(): string[] {
  const prose = text.replaceAll(/^ *```.*?^ *```/gms, '');
  return [...prose.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span.replaceAll(/\s+/g, ' '));
}

/** Runs a block in a shell, and gives back with what it would call audit-lake, command by command, and the settings then. */
async function called(block: string): Promise<{ commands: string[][]; settings: string }> {
  const script = `set -euo pipefail\n${SHELL}\n${block}\nprintf 'settings\\0'; env | command grep ^AUDIT_LAKE_ || true`;
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('AUDIT_LAKE_'));
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { env: Object.fromEntries(environment) });
  const [calls = '', settings = ''] = stdout.split('settings\0');
  const commands = calls.split('\n\0').map((call) => call.split('\0').slice(0, -1));
  return { commands: commands.filter(({ length }) => length > 0), settings };
}

interface Result {
  readonly code: number;
  readonly stdout: string;
}

/** What the commands print and their exit codes, in their order. */
async function run(commands: readonly (readonly string[])[]): Promise<Result[]> {
  const args = ['--input-type=module', '-e', COMMANDS, JSON.stringify(commands)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
  const parts = stdout.split('\0');
  return commands.map((_, index) => ({ stdout: parts[2 * index] ?? '', code: Number(parts[2 * index + 1]) }));
}

/** What links call the sections of a document. */
function sectionsOf(document: string): string[] {
  return [...document.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('docs/operate.md', () => {
  let folder = '';
  let lake = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'audit-lake-operate-'));
    lake = path.join(folder, 'lake');
    const [ingested] = await run([['ingest', SAMPLES, '--lake', lake]]);
    assert.equal(ingested?.code, 0);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('takes over the settings of the app as they are', async () => {
    const [first = ''] = blocks('sh');
    const { settings } = await called(first);
    assert.deepEqual(settings.trim().split('\n').sort(), [
      'AUDIT_LAKE_INSTANCES=acme/=A, B',
      'AUDIT_LAKE_TIME_ZONE=Europe/Zurich',
    ]);
  });

  it('names commands that do what it says, on a lake in a folder', async () => {
    const commands = (await Promise.all(blocks('sh').map(called))).flatMap((block) => block.commands);
    assert.ok(commands.length > 8, String(commands.length));
    const lists = commands.map((given) => {
      const words: Readonly<Record<string, string>> = {
        '/tmp/FILE': path.join(SAMPLES, 'hostile-names.csv'),
        'raw/2026/test.csv': 'raw/hostile-names.csv',
      };
      const args = given.map((word) => words[word] ?? word);
      const own = args.indexOf('--lake');
      if (own !== -1) return args.with(own + 1, path.join(folder, 'try'));
      return args[0] === 'explain' ? args : [...args, '--lake', lake];
    });
    for (const [index, { code, stdout }] of (await run(lists)).entries()) {
      const args = lists[index] ?? [];
      // A head of another lake is rightly not found, and columns of other names make a rejection.
      const isProblem = args.includes('--head') || args.includes('--column-aliases');
      assert.equal(code, isProblem ? 1 : 0, `${args.join(' ')}\n${stdout}`);
    }
  });

  it('asks questions that the views answer', async () => {
    const questions = [
      ...blocks('sql'),
      ...spans().filter((span) => span.startsWith('SELECT ') && !span.includes('…')),
    ];
    assert.ok(questions.length > 0);
    const results = await run(questions.map((sql) => ['query', sql, '--lake', lake]));
    for (const [index, { code }] of results.entries()) assert.equal(code, 0, questions[index]);
  });

  it('names no command and no option in passing that does not exist', async () => {
    const mentioned = spans().flatMap((span) => {
      const [, command = '', rest = ''] = /^(?:npm run -s )?(?:audit-lake (?:-- )?)([a-z]+)(.*)$/.exec(span) ?? [];
      const [, bare = '', options = ''] = /^(replay|erase|retain|vacuum|ingest|verify)( --.*)?$/.exec(span) ?? [];
      return command === '' && bare === '' ? [] : [{ command: command || bare, rest: rest + options }];
    });
    const names = [...new Set(mentioned.map(({ command }) => command))];
    assert.ok(names.length > 5, names.join());
    const pages = await run(names.map((name) => [name, '--help']));
    const help = new Map(names.map((name, index) => [name, pages[index]?.stdout ?? '']));
    for (const { command, rest } of mentioned) {
      assert.match(help.get(command) ?? '', new RegExp(`^Usage: audit-lake ${command} `), command);
      for (const [option] of rest.matchAll(/--[a-z-]+/g)) {
        assert.match(help.get(command) ?? '', new RegExp(`^ +${option}\\b`, 'm'), `${command} ${option}`);
      }
    }
  });

  it('links to sections and documents that are there', async () => {
    for (const [, target = ''] of text.matchAll(/\]\(([^)]+)\)/g)) {
      const [file = '', section] = target.split('#');
      const linked = file === '' ? text : await readFile(path.join(path.dirname(DOCUMENT), file), 'utf8');
      if (section !== undefined) assert.ok(sectionsOf(linked).includes(section), target);
    }
  });
});
