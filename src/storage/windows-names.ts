import process from 'node:process';
import { InvalidPath } from './errors.ts';

/** Devices, whatever follows a dot. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;

/**
 * Why Windows cannot have a file of this name, or would take it for something else: a device, a stream of another file, a
 * shorter name. Null where it can. Source: "Naming Files, Paths, and Namespaces", Win32 documentation.
 */
export function windowsNameFault(name: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Windows does not take
  const [character] = /[<>:"|?*\u0000-\u001f]/.exec(name) ?? [];
  if (character !== undefined) return `Windows takes no ${JSON.stringify(character)} in a name`;
  if (/[. ]$/.test(name)) return 'Windows leaves out a dot or a blank at the end of a name';
  if (DEVICE.test(name)) return 'Windows takes the name for a device';
  return null;
}

/**
 * Refuses a path of which this system would make another file.
 * @throws InvalidPath
 */
export function checkLocalNames(operation: string, path: string, platform: string = process.platform): void {
  if (platform !== 'win32') return;
  for (const name of path.split('/')) {
    const fault = windowsNameFault(name);
    if (fault !== null) throw new InvalidPath(operation, path, fault);
  }
}
