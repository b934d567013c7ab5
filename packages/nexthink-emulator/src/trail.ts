/** One record of an audit trail. */
export interface TrailRecord {
  /** Names it for a test. */
  readonly id: string;
  /** When it happened, in milliseconds since 1970. */
  readonly time: number;
  /** When queries have it; later than `time` for one that comes late. */
  readonly visibleFrom: number;
  readonly code: number;
  readonly message: string;
  readonly actor: string;
}

/** An audit trail: records that only come. */
export class Trail {
  readonly records: TrailRecord[] = [];

  add(...records: readonly TrailRecord[]): void {
    this.records.push(...records);
  }

  /** What a query sees at an instant, in the order of the records' times. */
  seen(now: number, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY): TrailRecord[] {
    return this.records
      .filter(({ time, visibleFrom }) => visibleFrom <= now && from <= time && time < to)
      .sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
  }
}
