import { decoderOf, textFlags } from '../../src/decode/index.ts';
import { codeChoices, type EventRow, EventUids, type SourceConstants } from '../../src/events/index.ts';
import { Row, SOURCE_SYSTEMS } from '../../src/source/index.ts';

/** A record as an export gives it; extras by header name, in order. */
export interface PlainRecord {
  readonly timeMicros: number;
  readonly code: number;
  readonly message: string;
  readonly actorName?: string;
  readonly actorId?: string;
  readonly extras?: readonly (readonly [name: string, cell: string])[];
  readonly system?: (typeof SOURCE_SYSTEMS)[number];
  readonly component?: string;
  readonly category?: string;
}

export const CONSTANTS: SourceConstants = {
  instance: 'acme',
  catalogueVersion: '1-00000000',
  sourceFile: 'raw/a.csv',
  sourceEtag: 'etag',
  ingestId: '0123456789abcdef',
  landedAtMicros: 1_772_323_459_707_000,
};

/** Turns records into rows as the ingestion does: one row object, filled again for each record. */
export class RowMaker {
  readonly #uids = new EventUids('');
  readonly #source = new Row();

  make(record: PlainRecord): EventRow {
    const cells: Buffer[] = [];
    let length = 0;
    const put = (text: string): [number, number] => {
      const cell = Buffer.from(text);
      cells.push(cell, Buffer.from(','));
      length += cell.length + 1;
      return [length - 1 - cell.length, length - 1];
    };
    const source = this.#source;
    source.number++;
    source.timeMicros = record.timeMicros;
    source.code = record.code;
    [source.timeStart, source.timeEnd] = put(String(record.timeMicros));
    [source.messageStart, source.messageEnd] = put(record.message);
    [source.actorNameStart, source.actorNameEnd] = record.actorName === undefined ? [-1, -1] : put(record.actorName);
    [source.actorIdStart, source.actorIdEnd] = record.actorId === undefined ? [-1, -1] : put(record.actorId);
    source.system = SOURCE_SYSTEMS.indexOf(record.system ?? 'infinity');
    [source.componentStart, source.componentEnd] = record.component === undefined ? [-1, -1] : put(record.component);
    [source.categoryStart, source.categoryEnd] = record.category === undefined ? [-1, -1] : put(record.category);
    const extras = (record.extras ?? []).map(([name, cell], index) => ({ name, index, place: put(cell) }));
    source.extraStarts = Int32Array.from(extras, ({ place }) => place[0]);
    source.extraEnds = Int32Array.from(extras, ({ place }) => place[1]);
    const bytes = Buffer.concat(cells);
    const { messageStart, messageEnd } = source;
    this.#uids.next(bytes, { ...source, actorNameStart: 0, actorNameEnd: 0, actorIdStart: -1 });
    return {
      bytes,
      source,
      extras,
      reading: decoderOf(record.system ?? 'infinity').decode(record.code, bytes, messageStart, messageEnd),
      choices: codeChoices(source.system, record.code),
      textFlags: textFlags(bytes, messageStart, messageEnd),
      uid: this.#uids.hex,
    };
  }
}
