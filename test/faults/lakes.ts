import { forApps, memoryLake, type OpenLake } from './shared-lake.ts';

/** Where the lake of a schedule can be; `app` is in memory, with writers that take files in as they are announced. */
export type LakeStore = 'memory' | 'app' | 'adls';

/** What opens a seed's lake in such a store. The driver and its emulator are loaded where they are asked for. */
export async function lakesIn(store: LakeStore): Promise<OpenLake> {
  if (store === 'memory') return memoryLake();
  if (store === 'app') return forApps(memoryLake());
  const { adlsLake } = await import('./adls-lake.ts');
  return adlsLake;
}
