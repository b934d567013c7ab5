import { randomUUID } from 'node:crypto';
import { ServiceError } from './service-error.ts';

/** What a lease stands at: nobody's, somebody's, or run out. */
export type LeaseState = 'available' | 'leased' | 'expired' | 'broken';

/** The lease of a file. Times are in milliseconds since 1970; breaking takes effect at once. */
export class Lease {
  #id: string | null = null;
  #until = 0;
  #seconds = 0;
  #broken = false;

  state(now: Date): LeaseState {
    if (this.#id === null) return 'available';
    if (this.#broken) return 'broken';
    return now.getTime() < this.#until ? 'leased' : 'expired';
  }

  /** Refuses a write that does not hold the lease, or that names one that is not. */
  checkWrite(leaseId: string | undefined, now: Date): void {
    const held = this.state(now) === 'leased';
    if (held && leaseId === undefined) {
      throw new ServiceError(412, 'LeaseIdMissing', 'There is a lease, and the request names no lease ID.');
    }
    if (held && leaseId !== this.#id) {
      throw new ServiceError(412, 'LeaseIdMismatchWithBlobOperation', 'The lease ID is not that of the lease.');
    }
    if (!held && leaseId !== undefined) {
      throw new ServiceError(412, 'LeaseNotPresentWithBlobOperation', 'There is no lease on the file.');
    }
  }

  /** Takes the lease for 15 to 60 seconds, or without end (-1), and returns its ID. */
  acquire(proposed: string | undefined, seconds: number, now: Date): string {
    if (seconds !== -1 && !(seconds >= 15 && seconds <= 60)) {
      throw new ServiceError(400, 'InvalidHeaderValue', `A lease of ${seconds} seconds: expected -1 or 15 to 60.`);
    }
    if (this.state(now) === 'leased' && this.#id !== proposed) {
      throw new ServiceError(409, 'LeaseAlreadyPresent', 'There is a lease already.');
    }
    this.#id = proposed ?? randomUUID();
    this.#seconds = seconds;
    this.#broken = false;
    this.renew(this.#id, now);
    return this.#id;
  }

  renew(leaseId: string | undefined, now: Date): void {
    this.#checkHolder(leaseId);
    if (this.#broken) throw new ServiceError(409, 'LeaseIsBrokenAndCannotBeRenewed', 'The lease was broken.');
    this.#until = this.#seconds === -1 ? Number.POSITIVE_INFINITY : now.getTime() + this.#seconds * 1_000;
  }

  change(leaseId: string | undefined, proposed: string | undefined): string {
    this.#checkHolder(leaseId);
    this.#id = proposed ?? randomUUID();
    return this.#id;
  }

  release(leaseId: string | undefined): void {
    this.#checkHolder(leaseId);
    this.#id = null;
  }

  break(): void {
    if (this.#id === null) throw new ServiceError(409, 'LeaseNotPresentWithLeaseOperation', 'There is no lease.');
    this.#broken = true;
  }

  #checkHolder(leaseId: string | undefined): void {
    if (this.#id === null || leaseId !== this.#id) {
      throw new ServiceError(409, 'LeaseIdMismatchWithLeaseOperation', 'The lease ID is not that of the lease.');
    }
  }
}
