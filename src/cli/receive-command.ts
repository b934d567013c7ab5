import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import process from 'node:process';
import { Option } from 'commander';
import { KNOWN_EVENTS } from '../lake/index.ts';
import { type DeliveryLog, faultOfSecret, Receiver } from '../landing/index.ts';
import { sizeText, UsageError, visibleJson } from '../present/index.ts';
import type { Settings } from '../settings/index.ts';
import { openLake, RAW, systemHost } from '../storage/index.ts';
import { type CommandOutcome, command } from './command.ts';
import { DeliveryServer, type ListeningPlace } from './delivery-server.ts';
import { said } from './failure.ts';
import { interruption } from './interruption.ts';

interface ReceiveOptions {
  readonly host: string;
  readonly port: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly plainHttp: boolean;
}

/** Lands what webhooks send in the raw zone, until it is interrupted. */
export const register = command<ReceiveOptions, []>({
  name: 'receive',
  flags: [
    new Option('--host <address>', 'where to listen; another than this machine takes TLS, or --plain-http').default(
      '127.0.0.1',
    ),
    new Option('--port <number>', 'the port; 0 is any that is free').default('8080'),
    new Option('--tls-cert <file>', 'the certificate in PEM, with those between it and its root'),
    new Option('--tls-key <file>', 'its key in PEM'),
    new Option('--plain-http', 'listen without TLS on another address than this machine: behind a proxy that has it'),
  ],
  json: 'one JSON object a line: where it listens, each delivery, the end',
  settings: [
    ...(['lake', 'webhookPrefix', 'landingFolder', 'webhookHeader', 'webhookMaxBytes', 'webhookMaxDepth'] as const),
    ...(['webhookPerMinute', 'webhookAliases', 'columnAliases', 'timeFormat', 'timeZone'] as const),
  ],
  untilInterrupted: true,
  run: async ({ settings, flags, json }) => await receive(settings(), flags, json),
});

async function receive(settings: Settings, options: ReceiveOptions, isJson: boolean): Promise<CommandOutcome> {
  checkSecret(settings);
  const place = placeOf(options);
  // Deliveries that are under way when the command is interrupted end as they should.
  const storage = openLake(settings);
  // What is wrong with the place is said now, and not to the first who sends something.
  await storage.head(`${RAW}${settings.webhookPrefix}${settings.landingFolder}none.json`);
  const receiver = new Receiver({ storage, host: systemHost }, settings, KNOWN_EVENTS);
  const counts = new Map<number, number>();
  const log = (line: DeliveryLog, from: string) => {
    counts.set(line.status, (counts.get(line.status) ?? 0) + 1);
    print(isJson ? visibleJson({ event: 'delivery', at: nowText(), from, ...line }) : deliveryLine(line, from));
  };
  const server = serverOf(receiver, place, log);
  const port = await server.listen(place).catch((error: unknown) => {
    throw new UsageError(
      `cannot listen on ${place.host}, port ${place.port}: ${messageOf(error)}; choose another --port`,
    );
  });
  const url = urlOf(place, port);
  print(isJson ? visibleJson({ event: 'listening', url }) : greeting(url, settings, place));
  try {
    await interrupted();
  } finally {
    await server.close();
  }
  const answers = Object.fromEntries([...counts].toSorted(([a], [b]) => a - b));
  return {
    json: () => ({ event: 'ended', answers }),
    text: () =>
      `ended; answered: ${
        Object.entries(answers)
          .map(([status, count]) => `${count} times ${status}`)
          .join(', ') || 'nobody'
      }`,
  };
}

/** @throws UsageError where certificate or key are none */
function serverOf(receiver: Receiver, { tls }: ListeningPlace, log: (line: DeliveryLog, from: string) => void) {
  try {
    return new DeliveryServer(receiver, tls, log, (error) =>
      process.stderr.write(`audit-lake: a delivery failed: ${said(messageOf(error))}\n`),
    );
  } catch (error) {
    throw new UsageError(`cannot use --tls-cert and --tls-key: ${messageOf(error)}`);
  }
}

/** @throws UsageError */
function checkSecret({ webhookSecret }: Settings): void {
  const fault = faultOfSecret(webhookSecret);
  if (fault === null) return;
  throw new UsageError(
    `receive needs a secret that whoever sends has to show: ${fault}. Set AUDIT_LAKE_WEBHOOK_SECRET in the environment, for ` +
      'example by: export AUDIT_LAKE_WEBHOOK_SECRET="$(openssl rand -base64 24)"',
  );
}

/** @throws UsageError where others could listen in, or what is named cannot be read */
function placeOf({ host, port, tlsCert, tlsKey, plainHttp }: ReceiveOptions): ListeningPlace {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new UsageError(`--port: expected 0 to 65535, found ${port}`);
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new UsageError('--tls-cert and --tls-key belong together; give both, or none');
  const isOwn = host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
  if (tlsCert === undefined && !isOwn && !plainHttp) {
    throw new UsageError(
      `${host} is reached from elsewhere, and without TLS whoever listens in gets the secret: give --tls-cert and --tls-key, or ` +
        '--plain-http where a proxy before it has TLS',
    );
  }
  const tls = tlsCert === undefined || tlsKey === undefined ? null : { cert: pem(tlsCert), key: pem(tlsKey) };
  return { host, port: Number(port), tls };
}

function pem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${messageOf(error)}`);
  }
}

/** Where it is reached from this machine. */
function urlOf({ host, tls }: ListeningPlace, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : isIP(host) === 6 ? `[${host}]` : host;
  return `${tls === null ? 'http' : 'https'}://${name}:${port}/`;
}

function greeting(url: string, settings: Settings, { tls }: ListeningPlace): string {
  const { lake, webhookHeader, webhookPrefix, webhookAliases } = settings;
  return said(
    [
      `listening on ${url}; Ctrl-C ends it`,
      `what comes is landed in ${RAW}${webhookPrefix} and nothing more: audit-lake ingest --lake ${lake} takes it into the table, and so does the app`,
      ...mappingOf(webhookAliases),
      'try it with an empty list, which adds no event:',
      `  curl ${tls === null ? '' : '--cacert CERTIFICATE '}-H "${webhookHeader}: $AUDIT_LAKE_WEBHOOK_SECRET" -H 'content-type: application/json' -d '[]' ${url}`,
    ].join('\n'),
  );
}

/** What ingestion has to be told as well, where names are mapped: what it is not told it would guess. */
function mappingOf(aliases: Settings['webhookAliases']): string[] {
  const pairs = Object.entries(aliases).flatMap(([role, names]) =>
    names.map((name) => `${role}=${name.replaceAll(',', '\\,')}`),
  );
  if (pairs.length === 0) return [];
  return [
    'the names in the payload are mapped: ingest, and the app, need the same setting, or they guess, and lose who did it:',
    `  AUDIT_LAKE_WEBHOOK_ALIASES (--webhook-aliases ${JSON.stringify(pairs.join(','))})`,
  ];
}

function deliveryLine({ status, problem, bytes, records, bad, landed, repeated }: DeliveryLog, from: string): string {
  const parts = [
    problem,
    bytes === null ? null : sizeText(bytes),
    records === null ? null : `${records} ${records === 1 ? 'record' : 'records'}`,
    bad === null || bad === 0 ? null : `${bad} bad`,
    landed,
    repeated ? 'was there already' : null,
  ];
  return said([nowText(), status, from, ...parts.filter((part) => part !== null)].join('  '));
}

async function interrupted(): Promise<void> {
  if (interruption.aborted) return;
  await new Promise((resolve) => interruption.addEventListener('abort', resolve, { once: true }));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function nowText(): string {
  return new Date(systemHost.now()).toISOString();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
