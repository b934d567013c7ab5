const LINE_FEED = 0x0a;

/**
 * The lines of a byte stream, without their line feed. Only a line feed ends a line: JSON text may hold U+2028, U+2029 and a
 * bare CR between its tokens, at which other line readers cut.
 */
export async function* linesOf(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  let begun: Uint8Array[] = [];
  for await (const given of input) {
    const chunk = typeof given === 'string' ? Buffer.from(given, 'utf8') : given;
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      begun.push(chunk.subarray(start, end));
      yield begun.length === 1 ? begun[0]! : Buffer.concat(begun);
      begun = [];
      start = end + 1;
    }
    if (start < chunk.length) begun.push(chunk.subarray(start));
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}
