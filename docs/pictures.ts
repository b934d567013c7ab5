import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { htmlPage, markup } from '../src/present/index.ts';

/*
 * The pictures of the README, made of the samples: `npm run pictures`. It takes a Chromium that is installed, which CHROMIUM
 * may name; other versions and fonts draw the same a little otherwise.
 */

const ROOT = path.join(import.meta.dirname, '..');
const PICTURES = path.join(import.meta.dirname, 'pictures');

/** What is shown of the terminal: the command, and how many lines of its answer. */
const TYPED = ['ask', 'all', '--from', '2026-02-25', '--to', '2026-03-03'];
const REPORTED = ['report', '--from', '2026-01-21', '--to', '2026-03-03'];
const LINES = 15;
const COLUMNS = 112;

const TERMINAL = markup`<style>
body { margin: 0; padding: 0; max-width: none; background: #0d1117; }
pre { display: inline-block; margin: 0; padding: 1rem 1.25rem; border: 0; border-radius: 0; white-space: pre; background: #0d1117; color: #e6edf3; font-size: 12px; }
</style>`;

const SIZE = { width: 880, height: 1010 };

/** Makes the program print as on a terminal of so many columns. */
const ON_TERMINAL = `data:text/javascript,process.stdout.isTTY=true;process.stdout.columns=${COLUMNS}`;

/** Runs the command line in a folder, and gives what it prints. */
async function printed(folder: string, words: readonly string[]): Promise<string> {
  const program = path.join(ROOT, 'bin/audit-lake.js');
  const given = ['--import', ON_TERMINAL, program, ...words, '--lake', 'lake'];
  return (await promisify(execFile)(process.execPath, given, { cwd: folder })).stdout;
}

async function reportPicture(browser: Browser, folder: string): Promise<void> {
  await printed(folder, [...REPORTED, '--output', 'report.html']);
  const page = await browser.newPage({ viewport: SIZE });
  await page.goto(pathToFileURL(path.join(folder, 'report.html')).href);
  await page.screenshot({ path: path.join(PICTURES, 'report.png') });
}

async function terminalPicture(browser: Browser, folder: string): Promise<void> {
  const answer = (await printed(folder, TYPED)).trimEnd().split('\n').slice(0, LINES);
  const lines = [`$ audit-lake ${TYPED.join(' ')} --lake lake`, '', ...answer].map((line) => markup`${line}\n`);
  const page = await browser.newPage({ viewport: { width: 1000, height: 100 } });
  await page.setContent(await htmlPage({ title: 'A terminal', head: TERMINAL, body: markup`<pre>${lines}</pre>` }));
  await page.locator('pre').screenshot({ path: path.join(PICTURES, 'terminal.png') });
}

const folder = await mkdtemp(path.join(tmpdir(), 'pictures-'));
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  await mkdir(PICTURES, { recursive: true });
  await printed(folder, ['tour']);
  await reportPicture(browser, folder);
  await terminalPicture(browser, folder);
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}
