import { randomUUID } from 'node:crypto';
import { createWriteStream, lstatSync, statSync, type WriteStream } from 'node:fs';
import { link, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { UsageError } from '../present/index.ts';
import { holdTemporary, letGo } from '../storage/index.ts';
import { type NamedLake, zoneOf } from './lake-zones.ts';

/** A file that has its name once it is whole: written beside it, for this user alone; nothing of it stays where that fails. */
export interface OutputFile {
  /**
   * Has the content written, and gives the file its name.
   * @throws what `write` throws, UsageError where a file of that name came to be meanwhile
   */
  write(write: (stream: WriteStream) => Promise<void>): Promise<void>;
}

/**
 * A file to be written. What is no file, such as a pipe or `/dev/null`, is written to where it is.
 * @param force whether a file that is there is replaced; none is in a zone of a lake, which holds what the lake's own commands write
 * @throws UsageError where it cannot be written there, before anything is done
 */
export function outputFile(file: string, force: boolean, lake: NamedLake | null): OutputFile {
  const place = path.resolve(file);
  const folder = path.dirname(place);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`--output ${file}: expected a folder ${folder}, found none; make it first`);
  }
  const zone = zoneOf(place, lake);
  if (zone !== null) {
    throw new UsageError(
      `--output ${file}: expected a place outside the zones of a lake, found ${zone}, where only the lake's own commands write; ` +
        '--force does not change that. Name a file elsewhere',
    );
  }
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) throw new UsageError(`--output ${file}: that is a folder; name a file in it`);
  if (found !== undefined && !found.isFile() && !found.isSymbolicLink()) {
    return { write: (write) => filled(createWriteStream(place), write) };
  }
  if (found !== undefined && !force) throw isThere(file);
  return { write: (write) => writtenBeside(place, force, write) };
}

async function writtenBeside(file: string, force: boolean, write: (stream: WriteStream) => Promise<void>) {
  const partial = path.join(path.dirname(file), `.${path.basename(file).slice(0, 100)}.${randomUUID()}.partial`);
  holdTemporary(partial);
  try {
    await filled(createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true }), write);
    if (force) await rename(partial, file);
    else await named(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    letGo(partial);
  }
}

async function filled(stream: WriteStream, write: (stream: WriteStream) => Promise<void>): Promise<void> {
  // Also what fails while nobody waits for it.
  const ended = finished(stream);
  ended.catch(() => undefined);
  try {
    await write(stream);
  } catch (error) {
    stream.destroy();
    await ended.catch(() => undefined);
    throw error;
  }
  stream.end();
  await ended;
}

/** Gives a file its name, where nothing has that name. */
async function named(partial: string, file: string): Promise<void> {
  try {
    await link(partial, file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EEXIST') throw isThere(file);
    // A file system without links.
    return await rename(partial, file);
  }
  await rm(partial);
}

function isThere(file: string): UsageError {
  return new UsageError(`--output ${file}: a file of that name is there already; --force replaces it`);
}
