import { memoryLake, type OpenLake } from './shared-lake.ts';

/** Where the lake of a schedule can be. */
export type LakeStore = 'memory' | 'adls';

/** What opens a seed's lake in such a store. The driver and its emulator are loaded where they are asked for. */
export async function lakesIn(store: LakeStore): Promise<OpenLake> {
  if (store === 'memory') return memoryLake();
  const { adlsLake } = await import('./adls-lake.ts');
  return adlsLake;
}
