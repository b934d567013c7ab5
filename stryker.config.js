// Mutation tests, weekly and by hand: `npm run mutate -- --mutate src/decode/literal.ts`.
export default {
  packageManager: 'npm',
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/support/mutated.config.ts' },
  mutate: ['src/{decode,source,table}/**/*.ts'],
  ignorePatterns: ['/coverage', '/dist', '/lake', '/reports'],
  // It reads a tsconfig.json with the compiler's API, which TypeScript 7 has not; there is nothing in ours to rewrite.
  tsconfigFile: 'none.json',
  concurrency: 2,
  dryRunTimeoutMinutes: 60,
  timeoutMS: 60_000,
  reporters: ['clear-text', 'html'],
};
