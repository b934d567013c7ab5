/** No audit event is older, in microseconds since 1970-01-01T00:00Z. */
export const EARLIEST_MICROS = Date.UTC(2000, 0, 1) * 1000;
