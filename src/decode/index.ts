export { Decoder } from './decoder.ts';
export { ListCursor } from './list.ts';
export { type PlainReading, type PlainValue, plainReading } from './plain.ts';
export {
  ABSENT,
  BRACKETED,
  CONSTANT,
  DECODE_STATUSES,
  type DecodeStatus,
  type DetailName,
  NUMBER,
  type Reading,
  SEPARATED,
  TEXT,
} from './reading.ts';
export { render } from './render.ts';
export { TEXT_FLAGS, textFlags } from './text-flags.ts';
export { DECODER_VERSION, decodedSince } from './version.ts';
