import { KNOWN_EVENTS } from '../lake/index.ts';
import { checkLoopback, Receiver } from '../landing/index.ts';
import type { Settings } from '../settings/index.ts';
import { openRawToAdd, systemHost } from '../storage/index.ts';
import { Invocations } from './invocation.ts';

/** What the landing app's invocations share: the raw zone, to add files to, and the receiver, which paces all deliveries. */
export class LandingApp extends Invocations {
  readonly receiver: Receiver;

  /** @throws StateError where this machine may not stand in for Nexthink */
  constructor(settings: Settings, environment: Readonly<Record<string, string | undefined>>) {
    checkLoopback(settings, environment);
    super(settings, openRawToAdd);
    this.receiver = new Receiver({ storage: openRawToAdd(settings), host: systemHost }, settings, KNOWN_EVENTS);
  }
}

export { pullClassicLogs } from './classic-pull.ts';
export { receiveDelivery } from './delivery.ts';
export { countTrail, pullNqlExports } from './nql-pull.ts';
