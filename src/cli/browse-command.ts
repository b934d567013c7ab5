import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { Option } from 'commander';
import { parseTimeZone } from '../asking/index.ts';
import { openedPages } from '../pages/index.ts';
import { UsageError } from '../present/index.ts';
import { systemHost } from '../storage/index.ts';
import { askedLake } from './asked-lake.ts';
import { BrowseServer, LOOPBACK } from './browse-server.ts';
import { command } from './command.ts';
import { EXIT_FAULT, EXIT_USAGE } from './exit-codes.ts';
import { failureOf, said } from './failure.ts';
import { interruption } from './interruption.ts';
import { shownPlace } from './lake-place.ts';
import { MASKING, type MaskFlags, masked } from './mask-options.ts';
import { openInBrowser } from './open-in-browser.ts';

/** Bytes of what nobody may guess. */
const SECRET_BYTES = 32;

/** Shows the lake as pages on this machine, until it is interrupted. */
export const register = command<
  { readonly port: string; readonly open: boolean; readonly timeZone: string } & MaskFlags,
  []
>({
  name: 'browse',
  flags: [
    new Option('--port <number>', 'the port; 0 is any that is free').default('0'),
    new Option('--open', 'open the pages in the browser of this machine'),
    new Option('--time-zone <zone>', 'the zone of dates and times that are given, and of those that are shown').default(
      'UTC',
    ),
    ...MASKING,
  ],
  settings: ['lake', 'include', 'exclude', 'countsPrefix', 'rawRetentionDays', 'instances'],
  untilInterrupted: true,
  run: async ({ settings, flags }) => {
    const { port, open } = flags;
    const timeZone = parseTimeZone(flags.timeZone);
    const given = settings();
    const server = new BrowseServer(tell);
    const listening = await server.listen(portOf(port)).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new UsageError(`cannot listen on ${LOOPBACK}, port ${port}: ${reason}; choose another --port`);
    });
    const gate = { port: listening, token: secret(), secret: secret() };
    const pages = openedPages({
      gate,
      shownLake: shownPlace(given.lake),
      lake: { ...askedLake(given), settings: given },
      host: systemHost,
      timeZone,
      ...masked(flags),
      trouble: async (error) => {
        const { text, exitCode } = await failureOf(error);
        const kind = exitCode === EXIT_USAGE ? 'asked' : exitCode === EXIT_FAULT ? 'lake' : 'program';
        if (kind === 'program') tell(error);
        return { text: text ?? '', kind };
      },
    });
    try {
      await pages.warm();
      server.answerBy(pages.answer);
      const address = `http://${LOOPBACK}:${listening}/enter?token=${gate.token}`;
      process.stdout.write(`${greeting(address)}\n`);
      if (open) await openInBrowser(address);
      await interrupted();
    } finally {
      await server.close();
      await pages.close();
    }
    return { text: () => 'ended' };
  },
});

function greeting(address: string): string {
  return [
    'open this address on this machine; it counts once, for one browser:',
    `  ${address}`,
    'whoever has it sees all of the lake. Ctrl-C ends it',
  ].join('\n');
}

/** @throws UsageError */
function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(`--port: expected 0 to 65535, found ${text}`);
}

function secret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

function tell(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`audit-lake: a page failed: ${said(reason)}\n`);
}

async function interrupted(): Promise<void> {
  if (interruption.aborted) return;
  await new Promise((resolve) => interruption.addEventListener('abort', resolve, { once: true }));
}
