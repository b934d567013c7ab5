import { ByteUnits } from './byte-units.ts';
import { CodeUnits } from './code-units.ts';
import { isoTranscoder } from './iso-2022-jp.ts';

/**
 * Makes UTF-8 of text in another encoding, piece by piece, cut anywhere. What means nothing in the encoding becomes bytes that
 * are no UTF-8, so that the record in which it stands goes to quarantine, and what stood there can be read off them: an unpaired
 * surrogate is encoded as if it were a character, and so is a number beyond Unicode's; any other byte becomes FF and two bytes
 * 10xxxxxx with its higher two and lower six bits.
 */
export interface Transcoder {
  /** The UTF-8 of what is whole by now; bytes that are not handed out again. */
  push(chunk: Uint8Array): Uint8Array;
  /** What is left at the end of the text. */
  end(): Uint8Array;
}

/**
 * Text in UTF-8.
 * @param encoding a name as of {@link encodingOf}; text in `utf-8` passes as it is, damaged or not
 * Errors of `chunks` pass unchanged.
 */
export async function* toUtf8(chunks: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Uint8Array> {
  if (encoding === 'utf-8') {
    yield* chunks;
    return;
  }
  const transcoder = transcoderOf(encoding);
  for await (const chunk of chunks) {
    const text = transcoder.push(chunk);
    if (text.length > 0) yield text;
  }
  const rest = transcoder.end();
  if (rest.length > 0) yield rest;
}

/** @param encoding a name as of {@link encodingOf}, other than `utf-8` */
export function transcoderOf(encoding: string): Transcoder {
  const unit = /^utf-(16|32)(le|be)$/.exec(encoding);
  if (unit !== null) return new CodeUnits(unit[1] === '16' ? 2 : 4, unit[2] === 'le');
  return encoding === 'iso-2022-jp' ? isoTranscoder() : new ByteUnits(encoding);
}
