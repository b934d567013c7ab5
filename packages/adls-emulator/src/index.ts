/**
 * A stand-in for Azure Data Lake Storage Gen2: the Blob and the DFS endpoint of accounts with a hierarchical namespace,
 * in memory, on one loopback port. README.md says what it takes for the service's behaviour, and where it differs.
 */

import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { IHttpClient } from '@azure/storage-blob';
import type { ActionCheck, RoleCheck, TokenCheck } from './authentication.ts';
import { EventLog } from './events.ts';
import { Faults } from './faults.ts';
import { loopbackClient } from './loopback-client.ts';
import { type RecordedRequest, storageServer } from './server.ts';
import { Store } from './store.ts';

export type { DataAction } from './authentication.ts';
export { Content, Generated } from './content.ts';
export type { StoredFile } from './entry.ts';
export type { Delivery, EventLog, StorageEvent } from './events.ts';
export { type Chance, FAULTS, type Fault, type FaultRule, type FaultSchedule, Faults } from './faults.ts';
export type { RecordedRequest } from './server.ts';
export type { Store } from './store.ts';
export { walk } from './walk.ts';

/** What an emulator can be started with; every part has a default. */
export interface EmulatorOptions {
  /** Names of its accounts, 3 to 24 lower-case letters and digits. Default: `auditlake`. */
  readonly accounts?: readonly string[];
  /** Containers made in every account at the start. */
  readonly containers?: readonly string[];
  /** Most entries of a listing's page, to force small ones. Default: 5000, the service's own. */
  readonly pageSize?: number;
  /** The clock of ETags' times, leases and events. */
  readonly now?: () => Date;
  /** Waits for so many milliseconds, where a fault says so. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** Whether a bearer token is (still) taken. Default: any is. */
  readonly acceptsToken?: TokenCheck;
  /** Whether the holder of a token that is taken has a role on the account. Default: on every one. */
  readonly hasRole?: RoleCheck;
  /** Whether the holder of such a token may do what a request asks for. Default: whatever the account has. */
  readonly permits?: ActionCheck;
  /** The newest version of the service (`x-ms-version`) that its accounts know, as `2023-11-03`. Default: any is known. */
  readonly newestVersion?: string;
  /** Default: any free port. */
  readonly port?: number;
}

/** How to reach one account. */
export interface EmulatedAccount {
  readonly account: string;
  readonly key: string;
  /** Path-style, without a slash at the end; the verbs tell the two endpoints apart. */
  readonly blobUrl: string;
  readonly dfsUrl: string;
  /** Public names, for use with `httpClient`. */
  readonly blobHost: string;
  readonly dfsHost: string;
  readonly connectionString: string;
}

/** A running emulator. The first account's addresses stand at the top. */
export interface Emulator extends EmulatedAccount, AsyncDisposable {
  readonly port: number;
  /** How to reach another of its accounts. Throws where it has none of that name. */
  of(account: string): EmulatedAccount;
  /** For clients with public host names (`https://<account>.dfs.core.windows.net`). */
  readonly httpClient: IHttpClient;
  readonly store: Store;
  readonly events: EventLog;
  readonly faults: Faults;
  /** Every request so far, oldest first. */
  readonly requests: RecordedRequest[];
  /** Cuts all connections, hung ones too, and frees the port. */
  close(): Promise<void>;
}

const CORE = 'core.windows.net';

/** Starts an emulator on this machine alone. Whoever starts it closes it. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { accounts = ['auditlake'], containers = [], pageSize = 5_000, now = () => new Date(), port = 0 } = options;
  const [first] = accounts;
  if (first === undefined) throw new Error('An emulator needs at least one account.');
  const store = new Store(accounts, now);
  for (const account of accounts) for (const container of containers) store.container(account, container);
  const events = new EventLog(now);
  const faults = new Faults();
  const requests: RecordedRequest[] = [];
  const { acceptsToken = () => true, hasRole = () => true, permits = () => true, sleep = setTimeout } = options;
  const tokens = { acceptsToken, hasRole, permits };
  const { newestVersion = null } = options;
  const server = storageServer({
    service: { store, events, pageSize },
    faults,
    requests,
    tokens,
    newestVersion,
    sleep,
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const { port: listening } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  const of = (account: string): EmulatedAccount => addresses(listening, account, store.account(account).key);
  return {
    ...of(first),
    of,
    port: listening,
    httpClient: loopbackClient(listening),
    store,
    events,
    faults,
    requests,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function addresses(port: number, account: string, key: string): EmulatedAccount {
  const url = `http://127.0.0.1:${port}/${account}`;
  const parts = ['DefaultEndpointsProtocol=http', `AccountName=${account}`, `AccountKey=${key}`, `BlobEndpoint=${url}`];
  return {
    account,
    key,
    blobUrl: url,
    dfsUrl: url,
    blobHost: `https://${account}.blob.${CORE}`,
    dfsHost: `https://${account}.dfs.${CORE}`,
    connectionString: `${parts.join(';')};`,
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      account: { type: 'string', multiple: true, default: ['auditlake'] },
      container: { type: 'string', multiple: true, default: ['raw', 'curated', 'quarantine', 'evidence'] },
    },
  });
  const { port, account: accounts, container: containers } = values;
  const emulator = await startEmulator({ port: Number(port), accounts, containers });
  for (const account of accounts) console.log(emulator.of(account).connectionString);
  emulator.events.subscribe((event) => console.log(JSON.stringify(event)));
}
