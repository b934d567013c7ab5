export { Decoder } from './decoder.ts';
export { decoderOf } from './decoders.ts';
export {
  type ExplainedDetail,
  type ExplainedField,
  type Explanation,
  explainMessage,
  type MessagePiece,
  readMessage,
} from './explanation.ts';
export { ListCursor } from './list.ts';
export type { OneReading } from './other-readings.ts';
export { type PlainReading, type PlainValue, plainReading } from './plain.ts';
export {
  CONSTANT,
  DECODE_STATUSES,
  type DecodeStatus,
  type DetailName,
  NUMBER,
  type Reading,
  TEXT,
} from './reading.ts';

export { TEXT_FLAGS, textFlags } from './text-flags.ts';
export { DECODER_VERSION, decodedSince } from './version.ts';
