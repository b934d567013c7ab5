/** What is known of audit events beyond the form of an export. The same question gets the same answer. */
export interface KnownEvents {
  /** Whether there is such an audit code. */
  isCode(code: number): boolean;
  /** Whether the text reads as a message of this code. */
  isMessage(code: number, message: string): boolean;
}

/** Nothing is known: then contents alone say of no column what it is. */
export const NOTHING_KNOWN: KnownEvents = { isCode: () => false, isMessage: () => false };
