import assert from 'node:assert/strict';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { TestContext } from 'vitest';

/** As the packages of systems call it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Chromium on this machine: what CHROMIUM names, else the first on the path; null where there is none. */
export const CHROMIUM: string | null = process.env['CHROMIUM'] ?? onPath();

const REASON = 'no Chromium on this machine; install the package chromium, or set CHROMIUM to its program';

/** How a page is looked at. */
export interface Look {
  readonly scheme?: 'light' | 'dark';
  /** Of the window, in CSS pixels. */
  readonly width?: number;
  /** False for a reader who has switched scripts off. */
  readonly script?: boolean;
}

/** Every look that a page has to stand: light, dark, and as narrow as a telephone. */
export const LOOKS: Readonly<Record<string, Look>> = {
  light: {},
  dark: { scheme: 'dark' },
  narrow: { width: 360 },
};

/** What went on beside the page itself. Nothing may have. */
export interface Overheard {
  /** Requests to anywhere but this machine. */
  readonly foreign: string[];
  /** What the console was told as a warning or an error, what scripts threw, dialogs, windows that were opened. */
  readonly trouble: string[];
}

/** Starts Chromium; leaves the test out, with the reason, where there is none. Close it. */
export async function startChromium(context?: Pick<TestContext, 'skip'>): Promise<Browser> {
  if (CHROMIUM === null) {
    context?.skip(REASON);
    throw new Error(REASON);
  }
  // No name leads anywhere, whatever a page asks for: what is asked for is heard of all the same.
  const args = ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost'];
  return await chromium.launch({ executablePath: CHROMIUM, args });
}

/** Opens an empty page in a profile of its own, uses it, and checks that nothing went on beside it. @throws AssertionError */
export async function withPage<T>(
  browser: Browser,
  { scheme = 'light', width = 1280, script = true }: Look,
  use: (page: Page, overheard: Overheard) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({
    colorScheme: scheme,
    javaScriptEnabled: script,
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
  });
  try {
    const page = await context.newPage();
    const overheard = overhear(page);
    const result = await use(page, overheard);
    assert.deepEqual(overheard, { foreign: [], trouble: [] });
    return result;
  } finally {
    await context.close();
  }
}

/** What axe-core finds in the page as it stands: each rule with the elements it is about. Empty is as it should be. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ id, impact, help, nodes }) => ({
      text: `${impact} ${id}: ${help}`,
      nodes: nodes.slice(0, 5).map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ''}`),
    }));
  });
  return found.map(({ text, nodes }) => [text, ...nodes].join('\n  '));
}

/** How far the page as a whole is wider than its window, in pixels: whoever reads it would have to scroll sideways. */
export async function overflow(page: Page): Promise<number> {
  return await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

function overhear(page: Page): Overheard {
  const overheard: Overheard = { foreign: [], trouble: [] };
  page.on('request', (request) => {
    if (!isOfThisMachine(new URL(request.url()))) overheard.foreign.push(request.url());
  });
  page.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) overheard.trouble.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => overheard.trouble.push(`thrown: ${error.message}`));
  page.on('popup', (popup) => overheard.trouble.push(`window: ${popup.url()}`));
  page.on('dialog', (dialog) => {
    overheard.trouble.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return overheard;
}

function isOfThisMachine({ protocol, hostname }: URL): boolean {
  return ['file:', 'data:', 'about:', 'blob:'].includes(protocol) || ['127.0.0.1', 'localhost'].includes(hostname);
}

function onPath(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
