import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Hashes of packages. */
const LEFT_OUT = /package-lock\.json$/;

/** The key of Azurite's account is public, and every emulator has it. */
const PUBLIC = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** What credentials look like, whoever gave them out. */
const FORMS = {
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/=]{40}/,
  'the key of a storage account': /[A-Za-z0-9+/]{86}==/,
  'a shared access signature': /[?&]sig=[A-Za-z0-9%+/]{30,}/,
  'a JSON web token': /eyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}/,
  'a secret of an Entra application': /\b[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{34}\b/,
  'a token of GitHub': /\bgh[pousr]_[A-Za-z0-9]{36}/,
  'a key of AWS': /\bAKIA[0-9A-Z]{16}\b/,
  'a pre-signed address': /X-Amz-Signature=[0-9a-f]{64}/,
  // In compiled templates an expression stands in its place.
  'a secret of this program': /AUDIT_LAKE_\w*(?:SECRET|PASSWORD)(?:=|['"]?: ?['"])(?![$@<…'"\s]|\[\w+\()[^\s'"`]{24,}/,
} as const;

/** Files that are in the repository, or would go in with the next commit: what a command has made in the clone is neither. */
function filesOfRepository(): string[] {
  const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 } as const;
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], options);
  return listed.split('\0').filter((name) => name !== '' && !LEFT_OUT.test(name) && existsSync(path.join(ROOT, name)));
}

function faultsOf(text: string): string[] {
  const own = text.replaceAll(PUBLIC, '');
  return Object.entries(FORMS).flatMap(([what, form]) => (form.test(own) ? [what] : []));
}

it('no file of the repository has anything in it that looks like a credential', () => {
  const files = filesOfRepository();
  assert.ok(files.length > 500, `${files.length} files`);
  const found = files.flatMap((name) =>
    faultsOf(readFileSync(path.join(ROOT, name), 'latin1')).map((what) => `${name}: ${what}`),
  );
  assert.deepEqual(found, []);
});

it('finds credentials of each form', () => {
  const made = (length: number): string => 'aB3'.repeat(length).slice(0, length);
  const written = [
    `-----BEGIN PRIVATE KEY-----\n${made(64)}`,
    `AccountKey=${made(86)}==`,
    `https://a.blob.core.windows.net/c?sv=1&sig=${made(44)}`,
    `eyJ${made(20)}.eyJ${made(20)}.${made(43)}`,
    ` abc8Q~${made(34)} `,
    `ghp_${made(36)}`,
    `AKIA${'A1'.repeat(8)}`,
    `?X-Amz-Signature=${'0a'.repeat(32)}`,
    `export AUDIT_LAKE_NQL_CLIENT_SECRET=${made(40)}`,
  ];
  assert.deepEqual(
    written.map((text) => faultsOf(text).length),
    written.map(() => 1),
  );
});
