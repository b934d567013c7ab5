import type { Role } from './column-roles.ts';

/** How a CSV document is written. */
export interface CsvForm {
  readonly delimiter: string;
  /** Header names taken for roles by what stands below them; null where names or settings say it all. */
  readonly columns: Readonly<Partial<Record<Role, string>>> | null;
  /** Lines above the header that are no records; 0 where they are all empty. */
  readonly leadingLines: number;
}

/** What is taken where nothing says otherwise. */
export const USUAL_FORM: CsvForm = { delimiter: ',', columns: null, leadingLines: 0 };
