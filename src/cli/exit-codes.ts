/** What each exit code means, for every command alike: help and README have this table. */
export const EXIT_CODES = [
  [0, 'done'],
  [1, 'something was found or rejected; everything else is done'],
  [2, 'wrong usage or settings, or not agreed to; nothing was done'],
  [3, 'fault of storage or Nexthink; nothing half-visible, safe to run again'],
  [4, 'a new finding; no command ends with it yet'],
  [70, 'internal error; run verify to see what is there, and report it'],
  [130, 'interrupted; nothing is half-visible, and it is safe to run again'],
] as const satisfies readonly (readonly [code: number, meaning: string])[];

type ExitCode = (typeof EXIT_CODES)[number][0];

export const EXIT_DONE = 0 satisfies ExitCode;
/** Something was found, or rejected; everything else is done. */
export const EXIT_FOUND = 1 satisfies ExitCode;
export const EXIT_USAGE = 2 satisfies ExitCode;
export const EXIT_FAULT = 3 satisfies ExitCode;
export const EXIT_INTERNAL = 70 satisfies ExitCode;
export const EXIT_INTERRUPTED = 130 satisfies ExitCode;
