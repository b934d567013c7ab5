import type { createGunzip, createInflateRaw, createZstdDecompress } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';

/** Decompresses one stream. */
export type Engine = ReturnType<typeof createGunzip | typeof createInflateRaw | typeof createZstdDecompress>;

/**
 * What an engine makes of the next bytes of a source, until it is at its end. The engine stops for good there (a frame of
 * Zstandard that ends inside a chunk, padding behind gzip) and says nothing of what it left, which stays in the source.
 * Errors of the engine and of the source pass unchanged; `source.failure` tells them apart.
 */
export async function* inflate(engine: Engine, source: ByteSource): AsyncGenerator<Uint8Array> {
  const feeding = feed(engine, source);
  // The engine reports the same failure to the loop below; without a handler here it would end the process.
  feeding.catch(() => {});
  try {
    yield* engine as AsyncIterable<Buffer>;
    await feeding;
  } finally {
    engine.destroy();
  }
}

/** Gives the engine one chunk at a time until it ends, and back to the source what it did not take. */
async function feed(engine: Engine, source: ByteSource): Promise<void> {
  for (let fed = 0; ; ) {
    const chunk = await nextFor(engine, source);
    if (chunk === undefined) {
      engine.end();
      return;
    }
    await new Promise<void>((resolve, reject) => {
      engine.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
    fed += chunk.length;
    if (engine.bytesWritten < fed) {
      source.putBack(chunk.subarray(chunk.length - (fed - engine.bytesWritten)));
      return;
    }
  }
}

/** The next chunk. If there is none to be had, `engine` fails too, and with it the loop that waits for its output. */
async function nextFor(engine: Engine, source: ByteSource): Promise<Uint8Array | undefined> {
  try {
    return await source.some();
  } catch (error) {
    engine.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}
