import { createHash } from 'node:crypto';
import { Container } from './container.ts';
import { Content } from './content.ts';
import { newFile, type Stamp, type StoredFile } from './entry.ts';

/** A storage account with a hierarchical namespace. */
export interface Account {
  readonly name: string;
  /** Base64, as a connection string has it. */
  readonly key: string;
  readonly containers: Map<string, Container>;
}

/** All that the emulator keeps, in memory. */
export class Store {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly now: () => Date;
  #lastEtag = 0x8de_0000_0000n;

  constructor(accountNames: readonly string[], now: () => Date) {
    this.now = now;
    this.accounts = new Map(accountNames.map((name) => [name, { name, key: keyOf(name), containers: new Map() }]));
  }

  /** The account of that name. Throws where the emulator was started without it. */
  account(name: string): Account {
    const account = this.accounts.get(name);
    if (account === undefined) throw new Error(`The emulator has no account ${name}: ${[...this.accounts.keys()]}.`);
    return account;
  }

  /** A new ETag and the time of a committed write. */
  stamp(): Stamp {
    this.#lastEtag += 0x3a7n;
    return { etag: `0x${this.#lastEtag.toString(16).toUpperCase().padEnd(15, '0')}`, time: this.now() };
  }

  /** The container of that name, made where it is missing. */
  container(account: string, name: string): Container {
    const { containers } = this.account(account);
    const container = containers.get(name) ?? new Container(name, this.stamp(), new Map());
    containers.set(name, container);
    return container;
  }

  /** Puts a file in place without a request and without an event, for example to fill a lake in a test. */
  put(account: string, path: string, given: Uint8Array | Content, modified: Date = this.now()): StoredFile {
    const [name = '', ...rest] = path.split('/');
    const content = given instanceof Content ? given : new Content([Buffer.from(given)]);
    const stamp = { etag: this.stamp().etag, time: modified };
    const file = newFile('', stamp, { origin: 'blob', content });
    this.container(account, name).place(rest.join('/'), file, stamp);
    return file;
  }

  /** The file at `container/path`, or null. */
  file(account: string, path: string): StoredFile | null {
    const [name = '', ...rest] = path.split('/');
    return this.account(account).containers.get(name)?.file(rest.join('/')) ?? null;
  }
}

/** The same for every emulator, so that a connection string stays good. */
function keyOf(account: string): string {
  return createHash('sha512').update(account).digest('base64');
}
