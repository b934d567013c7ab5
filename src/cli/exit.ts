export const EXIT_DONE = 0;
/**
 * A file was rejected, or hardly anything in it could be read, and everything else went in; or another engine removed rows,
 * which a replay puts back.
 */
export const EXIT_REJECTED = 1;
/** A verification found problems. */
export const EXIT_PROBLEMS = 1;
/** Wrong usage or settings: nothing was done. */
export const EXIT_USAGE = 2;
/** Storage or the table failed: nothing is half-visible, and it is safe to run again. */
export const EXIT_FAULT = 3;
/** An error of the program itself. */
export const EXIT_INTERNAL = 70;
