import { spawn } from 'node:child_process';
import process from 'node:process';
import { notes } from './notes.ts';

/** The program that opens an address in the browser of whoever is signed in, by the system. */
const OPENERS: Readonly<Record<string, readonly [program: string, ...args: string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32.exe', 'url.dll,FileProtocolHandler'],
};

/** Opens an address in the browser of this machine; where there is none it says so, and nothing more. */
export async function openInBrowser(address: string): Promise<void> {
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const { promise, resolve } = Promise.withResolvers<void>();
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
  child.once('spawn', resolve);
  child.once('error', () => {
    notes.write(`${program} is not on this machine; open the address yourself\n`);
    resolve();
  });
  await promise;
  child.unref();
}
