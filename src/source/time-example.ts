import { TimeReader } from './time.ts';

/** The instant that a text stands for, in ISO 8601, read with this format and zone; null where it is no time then. */
export function instantOf(text: string, format: string, timeZone: string): string | null {
  const reader = new TimeReader(format, timeZone);
  const bytes = Buffer.from(text);
  return reader.read(bytes, 0, bytes.length) ? new Date(reader.micros / 1000).toISOString() : null;
}
