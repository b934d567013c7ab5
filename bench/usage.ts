/** What a contestant's process used; printed as JSON for the runner. */
export interface Usage {
  readonly rows: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMegabytes: number;
}

/** Runs the work and prints what the whole process used, from its start. */
export async function report(work: () => Promise<number>): Promise<void> {
  const rows = await work();
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage: Usage = {
    rows,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    wallSeconds: process.uptime(),
    peakMegabytes: maxRSS / 1024,
  };
  process.stdout.write(`${JSON.stringify(usage)}\n`);
}
