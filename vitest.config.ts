import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { Account } from './test/support/account.ts';

/** Tests that start processes, use the package, measure memory, or change what belongs to a whole process. */
const SYSTEM = [
  'test/{cli,functions,infra,install}/**/*.test.ts',
  'packages/adls-emulator/test/azurite.test.ts',
  'test/ingest/races.test.ts',
  'test/storage/{adls-identity,local,scratch-folder}.test.ts',
];

/** What takes hundreds or thousands of cases, and a sixth of a minute or more. */
const LONG = [
  'test/source/{joined,line-ends,mutations}.test.ts',
  'test/decode/linear.test.ts',
  'test/coverage/trials.test.ts',
];

/** Fault schedules, which a seed names, bugs that they have to find, and others of thousands of cases. */
const SCHEDULES = ['test/faults/**/*.test.ts', 'test/storage/adls-faults.test.ts', ...LONG];

/** Pages in a Chromium that is installed: `npm run test:browser`. */
const BROWSER = ['test/browser/**/*.test.ts'];

/** No test is measured by the clock: these end what hangs, on a machine that does much else, too. */
const PATIENCE_MS = 300_000;

// Every file leaves the process as it found it, so one serves many: starting a new one takes longer than most files.
const shared = {
  isolate: false,
  testTimeout: PATIENCE_MS,
  hookTimeout: PATIENCE_MS,
  globalSetup: 'test/support/run-folder.ts',
  setupFiles: 'test/support/setup.ts',
};

/** Tests that need one process, and nothing of it. */
const unit = {
  ...shared,
  name: 'unit',
  pool: 'threads',
  include: ['{test,packages}/**/*.test.ts'],
  exclude: [...SYSTEM, ...SCHEDULES, ...BROWSER],
} satisfies TestProjectInlineConfiguration['test'];

/** What mutation tests run for each change of the code; a fresh process, since constants are code, too. */
export const mutated = {
  ...unit,
  include: ['test/{decode,source,table}/**/*.test.ts'],
  // Too long for each of thousands of changes.
  exclude: LONG,
  isolate: true,
};

export default defineConfig({
  test: {
    maxWorkers: 3,
    reporters: ['default', new Account()],
    projects: [
      { test: unit },
      { test: { ...shared, name: 'system', pool: 'forks', include: SYSTEM } },
      { test: { ...shared, name: 'schedules', pool: 'forks', include: SCHEDULES, maxConcurrency: 2 } },
      { test: { ...shared, name: 'browser', pool: 'forks', include: BROWSER } },
    ],
    coverage: { include: ['src/**/*.ts'], reporter: ['text', 'html'] },
  },
});
