import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startNexthink } from 'nexthink-emulator';
import { describe, it } from 'vitest';
import { inFolder, run } from '../support/cli.ts';
import { startEcho } from '../support/echo-server.ts';
import { PLANTED, plantedClient, plantedEnvironment, secretsIn, USERS } from '../support/planted-secrets.ts';

/** All bytes of all files below a folder, with their names. */
async function allIn(folder: string): Promise<Buffer> {
  if (!existsSync(folder)) return Buffer.alloc(0);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Buffer.concat(
    await Promise.all(files.map(async (file) => Buffer.concat([Buffer.from(file), await readFile(file)]))),
  );
}

/** Runs a command, and looks for planted secrets in what it prints and leaves. @returns its exit code */
async function runAndSearch(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<number | null> {
  const lake = join(folder, 'lake');
  const given = { AUDIT_LAKE_ALLOW_LOOPBACK: 'true', AUDIT_LAKE_NQL_WAIT_MINUTES: '1', ...environment };
  const { code, stdout, stderr } = await run([...args, '--lake', lake], { environment: given });
  assert.deepEqual(secretsIn(stdout + stderr), [], `${args.join(' ')}\n${stdout}\n${stderr}`);
  assert.deepEqual(secretsIn(await allIn(folder)), [], args.join(' '));
  return code;
}

describe('secrets on the command line', () => {
  it(
    'are in nothing that is printed or kept where all goes well, nor where the account is another',
    inFolder(async (folder) => {
      await using nexthink = await startNexthink({
        clients: [{ id: USERS.nqlClient, secret: PLANTED.nqlClientSecret, scope: 'service:integration' }],
        classic: { accounts: new Map([[USERS.classic, PLANTED.classicPassword]]), repeatsRequest: true },
      });
      const good = plantedEnvironment(nexthink.apiUrl, nexthink.tokenUrl);
      assert.equal(await runAndSearch(folder, ['pull', 'classic'], good), 1);
      assert.equal(await runAndSearch(folder, ['pull', 'nql', '--json'], good), 0);
      const wrong = plantedClient(nexthink.apiUrl, nexthink.tokenUrl);
      assert.equal(await runAndSearch(folder, ['pull', 'classic', '--json'], wrong), 3);
    }),
  );

  it(
    'are in nothing that is printed or kept where a server repeats them',
    inFolder(async (folder) => {
      const answers = [
        { status: 401, kind: 'list' },
        { status: 500, kind: 'list' },
        { status: 200, kind: 'object' },
        { status: 302, kind: 'page' },
      ] as const;
      // A pull waits before it asks again: all of them wait together.
      const pulls = answers.flatMap((answer) => ['classic', 'nql'].map((way) => ({ answer, way })));
      await Promise.all(
        pulls.map(async ({ answer, way }) => {
          await using echo = await startEcho();
          Object.assign(echo, answer);
          const own = join(folder, `${way}-${answer.status}`);
          assert.equal(await runAndSearch(own, ['pull', way], plantedEnvironment(echo.url)), 3);
        }),
      );
    }),
  );

  it(
    'are in no word on what is wrong with the command line or the settings',
    inFolder(async (folder) => {
      const environment = { ...plantedClient('https://acme.example'), AUDIT_LAKE_CLASSIC_USER: 'both' };
      assert.equal(await runAndSearch(folder, ['pull', 'classic'], environment), 2);
      assert.equal(await runAndSearch(folder, ['compare', 'nql', '--landed'], environment), 2);
      const unknown = { ...environment, AUDIT_LAKE_CLASSIC_PASSWRD: PLANTED.classicPassword };
      assert.equal(await runAndSearch(folder, ['pull', 'nql', '--json'], unknown), 2);
    }),
  );
});
