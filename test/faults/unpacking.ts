import type { Transform, TransformCallback } from 'node:stream';
import { Gunzip } from 'node:zlib';

/** Chunks that threads of zlib are at work on. */
let atWork = 0;

/**
 * Whether something is being unpacked. It goes on in other threads, where nothing else tells of it: a schedule that did
 * not wait for it would leave to chance what a process does next.
 */
export function isUnpacking(): boolean {
  return atWork > 0;
}

/** All engines of zlib share the method that hands a chunk to a thread; the end of a stream is an empty chunk. */
const base = baseOf(Gunzip.prototype);
const transform = base._transform;
base._transform = function (this: Transform, chunk: unknown, encoding: BufferEncoding, done: TransformCallback): void {
  atWork++;
  let isOver = false;
  const over = () => {
    if (!isOver) atWork--;
    isOver = true;
  };
  // A damaged file ends its engine without an answer.
  this.once('close', over);
  transform.call(this, chunk, encoding, (...answer) => {
    over();
    done(...answer);
  });
};

function baseOf(prototype: Transform): Transform {
  const above = Object.getPrototypeOf(prototype) as Transform;
  return Object.hasOwn(prototype, '_transform') ? prototype : baseOf(above);
}
