import * as z from 'zod';
import type { AnnouncedContent } from '../ingest/index.ts';
import { unquoted } from '../storage/index.ts';
import type { BlobName } from './raw-place.ts';

/** An event that says that a file is there. */
export interface AnnouncedFile {
  readonly kind: 'file';
  /** Whose event it is, in small letters; null where it names no storage account. */
  readonly account: string | null;
  readonly blob: BlobName;
  /** The content that was there when it happened; null where the event names none, as that of a rename. */
  readonly content: AnnouncedContent | null;
}

/** An event that announces no file that is complete. */
export interface OtherEvent {
  readonly kind: 'other';
}

/** What is no event at all. */
export interface NoEvent {
  readonly kind: 'no_event';
}

/**
 * A message of the queue of events, as far as it is gone by. Both schemas of Event Grid have these fields; `data` of a rename
 * has neither ETag nor length.
 * Source: Microsoft, "Azure Blob Storage as an Event Grid source"; "CloudEvents v1.0 schema with Azure Event Grid".
 */
const EVENT = z.object({
  subject: z.string(),
  eventType: z.string().optional(),
  eventTime: z.string().optional(),
  topic: z.string().optional(),
  type: z.string().optional(),
  time: z.string().optional(),
  source: z.string().optional(),
  data: z.unknown(),
});

/** Of these, what is not there or is of another type says nothing. */
const DATA = z.object({
  api: z.string().catch(''),
  eTag: z.string().optional().catch(undefined),
  contentLength: z.number().nonnegative().optional().catch(undefined),
});

type Event = z.infer<typeof EVENT>;
type Data = z.infer<typeof DATA>;

/**
 * What writes a file to its end, and how. The subscription lets these through alone: CreateFile and SftpCreate are of empty files,
 * and the event of a copy comes when it starts.
 */
const COMPLETING: ReadonlyMap<string, AnnouncedContent['written']> = new Map([
  ['FlushWithClose', 'appended'],
  ['PutBlob', 'whole'],
  ['PutBlockList', 'by_blocks'],
  ['SftpCommit', 'appended'],
]);

/** The subject of an event has the name as it is; the URL beside it may be encoded or not, and is not gone by. */
const SUBJECT = /^\/blobServices\/default\/containers\/(?<container>[^/]+)\/blobs\/(?<name>.+)$/su;
const ACCOUNT = /\/storageAccounts\/(?<account>[^/]+)$/i;

/**
 * The events of a message: one, or a list where somebody has Event Grid send several.
 * @param message as the host hands it over: parsed where it is JSON, else its text, which may still be base64
 */
export function announcedFiles(message: unknown): readonly (AnnouncedFile | OtherEvent | NoEvent)[] {
  const given = typeof message === 'string' ? parsed(message) : message;
  const events: readonly unknown[] = Array.isArray(given) ? given : [given];
  return events.length === 0 ? [{ kind: 'no_event' }] : events.map(announced);
}

function announced(value: unknown): AnnouncedFile | OtherEvent | NoEvent {
  const event = EVENT.safeParse(value).data;
  const type = event?.eventType ?? event?.type;
  if (event === undefined || type === undefined) return { kind: 'no_event' };
  const data = DATA.safeParse(event.data).data ?? { api: '' };
  const { container, name } = SUBJECT.exec(event.subject)?.groups ?? {};
  if (container === undefined || name === undefined || !isOfWholeFile(type, data)) return { kind: 'other' };
  const account = ACCOUNT.exec(event.topic ?? event.source ?? '')?.groups?.['account']?.toLowerCase() ?? null;
  return { kind: 'file', account, blob: { container, name }, content: contentOf(event, data) };
}

/** A file that is renamed is there under its new name, which is the subject; what is in a renamed folder has no event. */
function isOfWholeFile(type: string, { api }: Data): boolean {
  return type === 'Microsoft.Storage.BlobRenamed' || (type === 'Microsoft.Storage.BlobCreated' && COMPLETING.has(api));
}

function contentOf({ eventTime, time }: Event, data: Data): AnnouncedContent | null {
  const { api, eTag: etag, contentLength: size } = data;
  const written = COMPLETING.get(api);
  const at = Date.parse(eventTime ?? time ?? '');
  if (etag === undefined || size === undefined || written === undefined || Number.isNaN(at)) return null;
  return { etag: unquoted(etag), size, at, written };
}

/** JSON, as it is or in base64; null for anything else. */
function parsed(text: string): unknown {
  for (const each of [text, Buffer.from(text, 'base64').toString('utf8')]) {
    try {
      return JSON.parse(each);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return null;
}
