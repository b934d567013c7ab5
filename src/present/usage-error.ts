/** What was asked for cannot be done as it was asked: exit code 2. Its text says what was expected, what was found, what to do. */
export class UsageError extends Error {}
