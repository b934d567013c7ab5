#!/usr/bin/env node
// No import, export or await of its own: any Node reads this far, and says what is missing.
const version = process.versions.node.split('.').map(Number);
if (version[0] < 22 || (version[0] === 22 && version[1] < 15)) {
  process.stderr.write(
    `audit-lake needs Node 22.15 or newer, this is Node ${process.versions.node}: install a newer one (https://nodejs.org); ` +
      'in a clone, npm ci brings its own (npm run -s audit-lake -- --help)\n',
  );
  process.exitCode = 2;
} else import('./start.js');
