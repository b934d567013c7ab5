import { existsSync } from 'node:fs';
import process from 'node:process';

// A clone runs its sources, a package what was built of them; each has the one and not the other.
const isClone = existsSync(new URL('../src/cli/start.ts', import.meta.url));

if (isClone && !process.features.typescript) {
  // Node before 22.18 reads TypeScript only when asked to.
  const { spawnSync } = await import('node:child_process');
  const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
  const child = spawnSync(process.execPath, [...flags, ...process.argv.slice(1)], { stdio: 'inherit' });
  process.exitCode = child.status ?? 1;
} else {
  const { start } = await import(isClone ? '../src/cli/start.ts' : '../dist/cli/start.js');
  process.exitCode = await start(process.argv.slice(2));
}
