/** What the engines write differently. Every member gives an expression; arguments are expressions too. */
export interface Dialect {
  /** Milliseconds since 1970-01-01 UTC of a timestamp, as a long. */
  milliseconds(timestamp: string): string;
  /** The first item of a list; null of an empty one. */
  first(list: string): string;
  /** A list with an item before its own; where both are null, the empty list. */
  prepended(item: string, list: string): string;
  /** A list of items that are not null. */
  listOf(...items: readonly string[]): string;
}
