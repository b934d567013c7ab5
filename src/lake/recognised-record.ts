import type { Recognised } from '../source/index.ts';
import type { RecognisedRecord } from './record-schema.ts';

/** How a document is written, as a commit records it. */
export function recognisedRecord(recognised: Recognised): RecognisedRecord {
  const { format, encoding, delimiter, timeFormat, columns, leadingLines } = recognised;
  return {
    format,
    encoding,
    delimiter,
    time_format: timeFormat,
    columns: columns && { ...columns },
    leading_lines: leadingLines,
  };
}

/** The same, as it was recorded. */
export function readRecognised(record: RecognisedRecord): Recognised {
  const { format, encoding, delimiter, time_format: timeFormat, columns, leading_lines: leadingLines } = record;
  return { format, encoding, delimiter, timeFormat, columns: columns as Recognised['columns'], leadingLines };
}
