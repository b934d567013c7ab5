import { type Rows, TEXT } from '../present/index.ts';
import { ZoneOffsets } from '../source/index.ts';

const INSTANT = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?\+00$/;

/** Rows whose instants are written as the clocks of a zone show them, each with its offset. */
export function inTimeZone(rows: Rows, timeZone: string): Rows {
  if (timeZone === 'UTC') return rows;
  const offsets = new ZoneOffsets(timeZone);
  const isInstant = rows.types.map((type) => type.kind === 'timestamp' && type.isInstant);
  return {
    ...rows,
    types: rows.types.map((type, index) => (isInstant[index] === true ? TEXT : type)),
    batches: zoned(rows.batches, isInstant, offsets),
  };
}

async function* zoned(batches: Rows['batches'], isInstant: readonly boolean[], offsets: ZoneOffsets) {
  for await (const batch of batches) {
    yield batch.map((row) =>
      row.map((value, index) => (isInstant[index] === true ? zonedText(value, offsets) : value)),
    );
  }
}

/** An instant as the engine writes it in UTC; what is written otherwise (a year before Christ) stays as it is. */
function zonedText(value: unknown, offsets: ZoneOffsets): unknown {
  const [, day, time, fraction = ''] = typeof value === 'string' ? (INSTANT.exec(value) ?? []) : [];
  if (day === undefined || time === undefined) return value;
  const instant = Date.parse(`${day}T${time}Z`);
  const offset = offsets.at(instant);
  const local = new Date(instant + offset).toISOString().slice(0, 19).replace('T', ' ');
  return `${local}${fraction}${offsetText(offset)}`;
}

function offsetText(milliseconds: number): string {
  const minutes = Math.round(Math.abs(milliseconds) / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  return `${milliseconds < 0 ? '-' : '+'}${hours}${rest === '00' ? '' : `:${rest}`}`;
}
