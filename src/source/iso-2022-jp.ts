import type { Transcoder } from './transcoding.ts';

/** What the decoder gives for bytes that mean nothing; the encoding has no such character. */
const REPLACEMENT = /\ufffd/;
const STRAY = Buffer.of(0xff);

/** ISO-2022-JP, which changes by escape sequences what the bytes after them mean. Where bytes mean nothing, FF stands for them. */
export function isoTranscoder(): Transcoder {
  const decoder = new TextDecoder('iso-2022-jp', { ignoreBOM: true });
  const marked = (text: string) => Buffer.concat(text.split(REPLACEMENT).flatMap(withStray));
  return {
    push: (chunk) => marked(decoder.decode(chunk, { stream: true })),
    end: () => marked(decoder.decode()),
  };
}

function withStray(text: string, at: number): Buffer[] {
  return at === 0 ? [Buffer.from(text)] : [STRAY, Buffer.from(text)];
}
