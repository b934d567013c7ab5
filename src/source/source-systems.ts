/**
 * The trails that records come from: that of Infinity, and those of the classic product by what wrote the line. A row says by
 * its place here whose it is; the list is only ever added to, at its end.
 */
export const SOURCE_SYSTEMS = ['infinity', 'engine', 'portal', 'console'] as const;
