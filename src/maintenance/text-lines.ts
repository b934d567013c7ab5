const LINE_FEED = 0x0a;

/** The lines of a text in UTF-8 that comes in chunks, without their line feeds. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let begun: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield Buffer.concat([...begun, chunk.subarray(start, end)]).toString('utf8');
      begun = [];
      start = end + 1;
    }
    if (start < chunk.length) begun.push(Uint8Array.from(chunk.subarray(start)));
  }
  if (begun.length > 0) yield Buffer.concat(begun).toString('utf8');
}
