import { writeSync } from 'node:fs';

/** Preloaded into a process that is measured: writes what the whole of it used, as JSON, to file descriptor 3. */
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = {
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    wallSeconds: process.uptime(),
    peakMegabytes: maxRSS / 1024,
  };
  writeSync(3, JSON.stringify(usage));
});
