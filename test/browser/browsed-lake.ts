import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { BrowseServer } from '../../src/cli/browse-server.ts';
import { openedPages } from '../../src/pages/index.ts';
import { localStorage } from '../../src/storage/index.ts';
import { HOST, ingest, land, settings } from '../support/lake.ts';

/** Names that somebody may give things in Nexthink to do harm where they are shown. */
export const HOSTILE: readonly string[] = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(2)>',
  "'><svg onload=alert(3)>",
  'javascript:alert(4)',
  '<a href="https://evil.example/">click</a>',
  '</title></textarea></style><iframe src=https://evil.example/></iframe>',
  '<base href="https://evil.example/"><link rel=stylesheet href=//evil.example/a.css>',
  '\u202egnp.exe\u202c \u200badmin\u2066',
  '{{7*7}} $(id) <%= 7*7 %> %00 &lt;b&gt; &#x3c;',
  "Robert'); DROP TABLE audit_events;--",
  '👩‍💻 日本語 עברית e\u0301\u0301\u0301',
  'long'.repeat(25_000),
];

/** The rows of an export in which they are actors, objects, people and error texts, and of some that are no records. */
export function hostileExport(): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const lines = HOSTILE.flatMap((name, index) => {
    const at = (second: number): string =>
      `2026-03-02T10:${String(index).padStart(2, '0')}:${String(second).padStart(2, '0')}Z`;
    return [
      `${at(0)},92042,${quoted(`Created dashboard, ID=d-${index}, name=${name}`)},${quoted(name)}`,
      `${at(1)},91012,${quoted(`Created user, id=u-${index}, name=${name}, roles_granted=[${name}], roles_revoked=[]`)},admin`,
      `${at(2)},97001,${quoted(`Frobnicated, name=${name}, ${name}=1`)},${quoted(name)}`,
      `yesterday,92042,${quoted(name)},${quoted(name)}`,
    ];
  });
  return `time,code,message,user name\n${lines.join('\n')}\n`;
}

/** A lake that is served as `browse` serves it. */
export interface BrowsedLake {
  readonly root: string;
  /** The first address, which counts once. */
  readonly entry: string;
  readonly origin: string;
  /** Signs a page's browser in, and opens a path. */
  open(page: Page, path: string): Promise<void>;
  close(): Promise<void>;
}

/** Serves a lake that is made of an export. Close it. */
export async function browsedLake(exported: string): Promise<BrowsedLake> {
  const root = await mkdtemp(join(tmpdir(), 'browsed-'));
  const storage = localStorage(root);
  await land(storage, 'export <b>1.csv', exported);
  await land(storage, 'none.csv', 'this,is\nno,export\n');
  await ingest(storage);
  const errors: unknown[] = [];
  const server = new BrowseServer((error) => errors.push(error));
  const port = await server.listen(0);
  const gate = { port, token: 'token-of-a-test', secret: 'secret-of-a-test' };
  const pages = openedPages({
    gate,
    shownLake: root,
    lake: { settings: settings({ lake: root }), storage, signal: new AbortController().signal, tell: () => undefined },
    host: HOST,
    timeZone: 'UTC',
    trouble: async (error) => ({ text: error instanceof Error ? error.message : String(error), kind: 'asked' }),
  });
  server.answerBy(pages.answer);
  const origin = `http://127.0.0.1:${port}`;
  return {
    root,
    origin,
    entry: `${origin}/enter?token=${gate.token}`,
    open: async (page, path) => {
      await page.context().addCookies([{ name: `audit_lake_${port}`, value: gate.secret, url: origin }]);
      await page.goto(`${origin}${path}`);
    },
    close: async () => {
      await server.close();
      await pages.close();
      await rm(root, { recursive: true });
      if (errors.length > 0) throw new AggregateError(errors, 'pages failed');
    },
  };
}
