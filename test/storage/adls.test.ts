import { startEmulator } from 'adls-emulator';
import { driverOn, ZONES } from '../support/adls-case.ts';
import { storageContract } from './contract.ts';

const BYTE = Uint8Array.of(120);

for (const [name, below] of [
  ['containers', ''],
  ['folders of a container', '/lake/some folder/ü'],
] as const) {
  storageContract(`ADLS, zones as ${name}`, async () => {
    const emulator = await startEmulator({ containers: [...ZONES, 'lake'], pageSize: 2_000 });
    return {
      storage: driverOn(emulator, below),
      another: driverOn(emulator, below),
      fill: async (files) => {
        for (const file of files)
          emulator.store.put(emulator.account, `${below.slice(1)}/${file}`.replace(/^\//, ''), BYTE);
      },
      close: () => emulator.close(),
    };
  });
}
