#!/usr/bin/env node
// Plain JavaScript without imports of its own at load: any Node can run this far and say what is missing.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    `audit-lake needs Node 22.15 or newer, this is Node ${process.versions.node}.\n` +
      'Run it through npm, which brings its own Node: npm ci, then npm run -s audit-lake -- --help\n',
  );
  process.exit(2);
}
if (!process.features.typescript) {
  // Node before 22.18 reads TypeScript only when asked to.
  const { spawnSync } = await import('node:child_process');
  const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
  const child = spawnSync(process.execPath, [...flags, ...process.argv.slice(1)], { stdio: 'inherit' });
  process.exit(child.status ?? 1);
}
// Compiled code is kept where nobody else can put any: what lies there is run. Node's own place is shared with all users.
const { cacheFolder } = await import('../src/cli/private-folder.ts');
const { trustedFolder } = await import('../src/cli/private-folder.ts');
const compiled = await trustedFolder(cacheFolder('compiled'));
if (compiled !== null) (await import('node:module')).enableCompileCache(compiled);
const { main } = await import('../src/cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
