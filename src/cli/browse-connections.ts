import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The connections of a server, of which it has so many at most. One too many takes the place of the oldest that has sent no
 * whole request, then of the oldest that waits for the next one: whoever opens many and says nothing keeps nobody out.
 */
export class Connections {
  readonly #most: number;
  /** By what they are doing, each in the order of their coming. */
  readonly #silent = new Set<Socket>();
  readonly #idle = new Set<Socket>();
  readonly #busy = new Set<Socket>();

  constructor(most: number) {
    this.#most = most;
  }

  add(socket: Socket): void {
    this.#silent.add(socket);
    socket.once('close', () => this.#forget(socket));
    if (this.#silent.size + this.#idle.size + this.#busy.size <= this.#most) return;
    // Where all others are being answered, it is the new one itself.
    const [silent] = this.#silent;
    const [idle] = this.#idle;
    const oldest = silent === socket ? (idle ?? socket) : silent;
    if (oldest === undefined) return;
    this.#forget(oldest);
    oldest.destroy();
  }

  /** A connection has sent a request, and waits for the answer. */
  busy(socket: Socket, response: ServerResponse): void {
    this.#forget(socket);
    this.#busy.add(socket);
    response.once('close', () => {
      if (!this.#busy.delete(socket) || socket.destroyed) return;
      this.#idle.add(socket);
    });
  }

  #forget(socket: Socket): void {
    for (const set of [this.#silent, this.#idle, this.#busy]) set.delete(socket);
  }
}
