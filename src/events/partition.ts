import { FIELDS } from '../catalogue/index.ts';
import { CONSTANT, NUMBER, type Reading, TEXT, TEXT_FLAGS } from '../decode/index.ts';
import {
  type ChoiceColumn,
  type Codec,
  type NumberColumn,
  ParquetFile,
  type RunColumn,
  type TextColumn,
} from '../parquet/index.ts';
import { CODE_COLUMNS, type CodeChoices } from './code-choices.ts';
import { EVENT_COLUMNS, EVENT_FILE_COLUMNS } from './columns.ts';
import type { EventRow } from './event-row.ts';
import { JsonText } from './json-text.ts';
import { putList, putUnmapped } from './reading-json.ts';

/** What all rows of one raw file share. */
export interface SourceConstants {
  readonly instance: string | null;
  readonly sourceSystem: string;
  readonly catalogueVersion: string;
  readonly sourceFile: string;
  readonly sourceEtag: string;
  readonly ingestId: string;
  /** Whole microseconds since 1970, UTC. */
  readonly landedAtMicros: number;
}

const FLAG_CHOICES = choicesOf('text_flags');
const STATUS_CHOICES = choicesOf('decode_status');
const TEMPLATE_CHOICES = choicesOf('template_id');

/** The open data file of one event_date: rows go in, one Parquet file comes out. */
export class Partition {
  readonly file: ParquetFile;
  /** The codec's name as it stands in file names. */
  readonly codec: string;
  /** Rows of any partition that had been written when this one got its last. */
  lastUsed = 0;
  readonly #text: Record<
    'eventUid' | 'message' | 'eventTimeText' | 'actorName' | 'actorId' | 'unmapped' | 'decodeDetail',
    TextColumn
  >;
  readonly #number: Record<'eventTime' | 'code' | 'sourceRow', NumberColumn>;
  readonly #choice: Record<'decodeStatus' | 'textFlags' | 'templateId', ChoiceColumn>;
  readonly #codeColumns: readonly ChoiceColumn[];
  readonly #fields: readonly (TextColumn | NumberColumn)[];
  readonly #run: Readonly<Record<string, RunColumn>>;
  readonly #json = new JsonText();
  #constants: SourceConstants | null = null;

  constructor(codec: Codec) {
    const file = new ParquetFile(EVENT_FILE_COLUMNS, codec);
    this.file = file;
    this.codec = codec.name.toLowerCase();
    this.#text = {
      eventUid: file.text('event_uid'),
      message: file.text('message'),
      eventTimeText: file.text('event_time_text'),
      actorName: file.text('actor_name'),
      actorId: file.text('actor_id'),
      unmapped: file.text('unmapped'),
      decodeDetail: file.text('decode_detail'),
    };
    this.#number = {
      eventTime: file.number('event_time'),
      code: file.number('code'),
      sourceRow: file.number('source_row'),
    };
    this.#choice = {
      decodeStatus: file.choice('decode_status'),
      textFlags: file.choice('text_flags'),
      templateId: file.choice('template_id'),
    };
    this.#codeColumns = CODE_COLUMNS.map((name) => file.choice(name));
    this.#fields = FIELDS.map(({ name, kind }) => (kind === 'number' ? file.number(name) : file.text(name)));
    this.#run = Object.fromEntries(
      EVENT_FILE_COLUMNS.filter(({ encoding }) => encoding === 'run').map(({ name }) => [name, file.run(name)]),
    );
  }

  /** Rows in the file so far. */
  get rows(): number {
    return this.file.rows;
  }

  append(row: EventRow, constants: SourceConstants): void {
    if (constants !== this.#constants) this.#setConstants(constants);
    const { bytes, source, reading } = row;
    this.#text.eventUid.append(row.uid, 0, row.uid.length);
    this.#number.eventTime.append(source.timeMicros);
    this.#number.code.append(source.code);
    this.#text.message.append(bytes, source.messageStart, source.messageEnd);
    this.#text.eventTimeText.append(bytes, source.timeStart, source.timeEnd);
    this.#number.sourceRow.append(source.number);
    if (source.actorNameStart < source.actorNameEnd) {
      this.#text.actorName.append(bytes, source.actorNameStart, source.actorNameEnd);
    }
    if (source.actorIdStart < source.actorIdEnd) {
      this.#text.actorId.append(bytes, source.actorIdStart, source.actorIdEnd);
    }
    this.#appendCode(row.choices);
    this.#appendReading(reading, row);
    this.file.endRow();
  }

  /** Ready for the next file, with nothing of the last one left. */
  reset(): void {
    this.file.reset();
    this.#constants = null;
  }

  #setConstants(constants: SourceConstants): void {
    this.#constants = constants;
    const texts: Record<string, string | null> = {
      instance: constants.instance,
      source_system: constants.sourceSystem,
      catalogue_version: constants.catalogueVersion,
      source_file: constants.sourceFile,
      source_etag: constants.sourceEtag,
      ingest_id: constants.ingestId,
    };
    for (const [name, text] of Object.entries(texts)) {
      this.#run[name]!.set(text === null ? null : Buffer.from(text, 'utf8'));
    }
    this.#run['landed_at']!.set(constants.landedAtMicros);
  }

  #appendCode(choices: CodeChoices): void {
    for (let index = 0; index < choices.length; index++) {
      const choice = choices[index]!;
      if (choice !== -1) this.#codeColumns[index]!.append(choice);
    }
  }

  #appendReading(reading: Reading, row: EventRow): void {
    for (let index = 0; index < reading.filledCount; index++) this.#appendField(reading, reading.filled[index]!);
    this.#choice.decodeStatus.append(STATUS_CHOICES.get(reading.status)!);
    if (reading.templateId !== null) this.#choice.templateId.append(TEMPLATE_CHOICES.get(reading.templateId)!);
    const flags = TEXT_FLAGS[row.textFlags] ?? null;
    if (flags !== null) this.#choice.textFlags.append(FLAG_CHOICES.get(flags)!);
    const detail = reading.detail();
    if (detail !== null) {
      const encoded = Buffer.from(detail, 'utf8');
      this.#text.decodeDetail.append(encoded, 0, encoded.length);
    }
    const json = this.#json;
    json.clear();
    if (putUnmapped(json, reading, row)) this.#text.unmapped.append(json.bytes, 0, json.length);
  }

  #appendField(reading: Reading, field: number): void {
    const form = reading.forms[field];
    if (form === NUMBER) {
      (this.#fields[field] as NumberColumn).append(reading.numbers[field]!);
      return;
    }
    const column = this.#fields[field] as TextColumn;
    if (form === TEXT) {
      column.append(reading.bytes, reading.starts[field]!, reading.ends[field]!);
    } else if (form === CONSTANT) {
      const encoded = Buffer.from(reading.constants[field]!, 'utf8');
      column.append(encoded, 0, encoded.length);
    } else {
      const json = this.#json;
      json.clear();
      putList(json, reading, field);
      column.append(json.bytes, 0, json.length);
    }
  }
}

function choicesOf(name: string): ReadonlyMap<string, number> {
  const choices = EVENT_COLUMNS.find((column) => column.name === name)?.choices ?? [];
  return new Map(choices.map((choice, index) => [choice, index]));
}
