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
import { EVENT_COLUMNS, EVENT_FILE_COLUMNS, type EventColumnName } from './columns.ts';
import type { EventRow } from './event-row.ts';
import { JsonText } from './json-text.ts';
import { putList, putUnmapped } from './reading-json.ts';

/** What all rows of one raw file share. */
export interface SourceConstants {
  readonly instance: string | null;
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
  readonly #record: ReturnType<typeof recordColumns>;
  readonly #codeColumns: readonly ChoiceColumn[];
  readonly #fields: readonly (TextColumn | NumberColumn)[];
  readonly #run: Readonly<Record<EventColumnName<'file'>, RunColumn>>;
  readonly #json = new JsonText();
  #constants: SourceConstants | null = null;

  constructor(codec: Codec) {
    const file = new ParquetFile(EVENT_FILE_COLUMNS, codec);
    this.file = file;
    this.codec = codec.name.toLowerCase();
    this.#record = recordColumns(file);
    this.#codeColumns = CODE_COLUMNS.map((name) => file.choice(name));
    this.#fields = FIELDS.map(({ name, kind }) => (kind === 'number' ? file.number(name) : file.text(name)));
    this.#run = fileColumns(file);
  }

  /** Rows in the file so far. */
  get rows(): number {
    return this.file.rows;
  }

  append(row: EventRow, constants: SourceConstants): void {
    if (constants !== this.#constants) this.#setConstants(constants);
    const { bytes, source, reading } = row;
    const columns = this.#record;
    columns.event_uid.append(row.uid, 0, row.uid.length);
    columns.event_time.append(source.timeMicros);
    columns.code.append(source.code);
    columns.message.append(bytes, source.messageStart, source.messageEnd);
    columns.event_time_text.append(bytes, source.timeStart, source.timeEnd);
    columns.source_row.append(source.number);
    columns.source_system.append(source.system);
    if (source.actorNameStart < source.actorNameEnd) {
      columns.actor_name.append(bytes, source.actorNameStart, source.actorNameEnd);
    }
    if (source.actorIdStart < source.actorIdEnd) {
      columns.actor_id.append(bytes, source.actorIdStart, source.actorIdEnd);
    }
    if (source.componentStart < source.componentEnd) {
      columns.component.append(bytes, source.componentStart, source.componentEnd);
    }
    if (source.categoryStart < source.categoryEnd) {
      columns.category.append(bytes, source.categoryStart, source.categoryEnd);
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
    const values: Readonly<Record<EventColumnName<'file'>, string | number | null>> = {
      instance: constants.instance,
      catalogue_version: constants.catalogueVersion,
      source_file: constants.sourceFile,
      source_etag: constants.sourceEtag,
      ingest_id: constants.ingestId,
      landed_at: constants.landedAtMicros,
    };
    for (const [name, column] of Object.entries(this.#run)) {
      const value = values[name as EventColumnName<'file'>];
      column.set(typeof value === 'string' ? Buffer.from(value, 'utf8') : value);
    }
  }

  #appendCode(choices: CodeChoices): void {
    for (let index = 0; index < choices.length; index++) {
      const choice = choices[index]!;
      if (choice !== -1) this.#codeColumns[index]!.append(choice);
    }
  }

  #appendReading(reading: Reading, row: EventRow): void {
    const columns = this.#record;
    for (let index = 0; index < reading.filledCount; index++) this.#appendField(reading, reading.filled[index]!);
    columns.decode_status.append(STATUS_CHOICES.get(reading.status)!);
    if (reading.templateId !== null) columns.template_id.append(TEMPLATE_CHOICES.get(reading.templateId)!);
    const flags = TEXT_FLAGS[row.textFlags] ?? null;
    if (flags !== null) columns.text_flags.append(FLAG_CHOICES.get(flags)!);
    const detail = reading.detail();
    if (detail !== null) {
      const encoded = Buffer.from(detail, 'utf8');
      columns.decode_detail.append(encoded, 0, encoded.length);
    }
    const json = this.#json;
    json.clear();
    if (putUnmapped(json, reading, row)) columns.unmapped.append(json.bytes, 0, json.length);
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

/** The columns that each record gives: one that is missing here does not compile. */
function recordColumns(file: ParquetFile) {
  return {
    event_uid: file.text('event_uid'),
    event_time: file.number('event_time'),
    code: file.number('code'),
    message: file.text('message'),
    event_time_text: file.text('event_time_text'),
    actor_name: file.text('actor_name'),
    actor_id: file.text('actor_id'),
    unmapped: file.text('unmapped'),
    decode_status: file.choice('decode_status'),
    decode_detail: file.text('decode_detail'),
    text_flags: file.choice('text_flags'),
    template_id: file.choice('template_id'),
    source_system: file.choice('source_system'),
    source_row: file.number('source_row'),
    component: file.text('component'),
    category: file.text('category'),
  } satisfies Readonly<Record<EventColumnName<'record'>, TextColumn | NumberColumn | ChoiceColumn>>;
}

function fileColumns(file: ParquetFile): Readonly<Record<EventColumnName<'file'>, RunColumn>> {
  return {
    instance: file.run('instance'),
    catalogue_version: file.run('catalogue_version'),
    source_file: file.run('source_file'),
    source_etag: file.run('source_etag'),
    ingest_id: file.run('ingest_id'),
    landed_at: file.run('landed_at'),
  };
}

function choicesOf(name: EventColumnName): ReadonlyMap<string, number> {
  const choices = EVENT_COLUMNS.find((column) => column.name === name)?.choices ?? [];
  return new Map(choices.map((choice, index) => [choice, index]));
}
