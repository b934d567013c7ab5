/**
 * Every version that the catalogue ever had, oldest first; the last is the one of today. By its place in this list a program
 * knows a newer catalogue in a lake, and leaves it. A test says what to append when a row has changed. Beside the rows and
 * never among them, so that it enters no data file.
 */
export const CATALOGUE_VERSIONS = ['122-44d29936', '232-88ddd967'] as const;

/** The place of a catalogue among all versions: a newer one has a higher number. */
export const CATALOGUE_ORDER: number = CATALOGUE_VERSIONS.length;
