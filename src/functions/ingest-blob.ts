import { type AnnouncedContent, emptyReport, Intake, noteIfReplaced } from '../ingest/index.ts';
import type { FileInfo } from '../storage/index.ts';
import { emitFailure, emitReplaced, ingestTelemetry } from '../telemetry/index.ts';
import type { Invocation } from './invocation.ts';
import type { BlobName, RawPlace } from './raw-place.ts';
import { untilDeadline } from './until-deadline.ts';

/** By which function a file was announced, and what the event said of its content; null where it said nothing. */
export interface Announcement {
  readonly functionName: string;
  readonly content: AnnouncedContent | null;
}

/** What the host tells of the blob trigger's message: the blob as it is now, and not as the event had it. */
const BY_TRIGGER: Announcement = { functionName: 'ingest-export', content: null };

/** What the invocations of each app take in together. */
const intakes = new WeakMap<object, Intake>();

function intakeOf({ app, settings }: Invocation): Intake {
  const known = app && intakes.get(app);
  if (known !== undefined) return known;
  const intake = new Intake(settings);
  if (app !== undefined) intakes.set(app, intake);
  return intake;
}

/**
 * Takes in the file that an event announced, as it is now: the event may be late, repeated or out of order. Done when
 * its fate is in the log, a rejection included, and so is, beside the tables, a content that the event names and nobody has
 * read; then the event need not come again.
 * @throws storage errors and Interrupted where that did not succeed within the invocation's time: deliver it again
 */
export async function ingestBlob(
  invocation: Invocation,
  rawPlace: RawPlace,
  blob: BlobName,
  { functionName, content }: Announcement = BY_TRIGGER,
): Promise<void> {
  const { settings, storage, host, emit, signal } = invocation;
  const path = rawPlace.lakePath(blob);
  if (path === null) {
    skipBlob(invocation, functionName, 'outside_raw');
    return;
  }
  const observer = ingestTelemetry(functionName, host, settings, emit);
  try {
    await untilDeadline(invocation, functionName, async () => {
      // A file is there with no bytes before its writer has flushed any; one that stays so is for the reconciliation.
      const info = await storage.head(path);
      let read: FileInfo | null = info;
      if (info?.size === 0) observer.onReport?.(emptyReport(path, 'skipped', 'still_empty', null));
      else {
        const onFile: typeof observer.onFile = (at, size, source) => {
          if (at === path) read = { path, size: source.size, etag: source.etag, lastModified: source.landedAt };
          observer.onFile?.(at, size, source);
        };
        const context = { storage, host };
        await intakeOf(invocation).take({ context, file: info ?? path, observer: { ...observer, onFile }, signal });
      }
      const found = read?.etag === info?.etag ? info : read;
      const replaced = content && (await noteIfReplaced(invocation, settings, { path, ...content }, found));
      if (replaced != null) emitReplaced(emit, functionName, settings, replaced);
    });
  } catch (error) {
    emitFailure(emit, functionName, 'ingest', error, false);
    throw error;
  }
}

/** Tells of an announcement that is not of a file that can be taken in. */
export function skipBlob(
  { settings, host, emit }: Pick<Invocation, 'settings' | 'host' | 'emit'>,
  functionName: string,
  reason: 'outside_raw' | 'other_event',
): void {
  ingestTelemetry(functionName, host, settings, emit).onReport?.(emptyReport('', 'skipped', reason, null));
}
