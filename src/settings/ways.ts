import { columnAliases, rawFolder } from './fields.ts';
import { describe } from './setting-text.ts';

/**
 * The ways by which a raw file may have come: put there by the data exporter, or by whoever else may write to the raw zone; or
 * landed by this program as a result of an NQL query, as what a webhook sent, or as a log of the Audit Trail API (classic).
 */
export const WAYS = ['exporter', 'nql', 'webhook', 'classic'] as const;
export type Way = (typeof WAYS)[number];

/** Settings that say by which way a raw file came, by the folder that it is in. A commit records the way itself. */
export const waysShape = {
  nqlPrefix: describe(rawFolder, {
    description: 'Where in the raw zone results of NQL queries are landed: what is there came by the NQL API.',
    expected: 'a folder with a slash at its end, none of the others within it',
    example: 'landed/nql/',
    fallback: 'landed/nql/',
  }),
  webhookPrefix: describe(rawFolder, {
    description: 'Where in the raw zone the receiver lands what it is sent: what is there came by a webhook.',
    expected: 'a folder with a slash at its end, none of the others within it',
    example: 'landed/webhook/',
    fallback: 'landed/webhook/',
  }),
  classicPrefix: describe(rawFolder, {
    description:
      'Where in the raw zone logs of the Audit Trail API (classic) are landed: what is there is read as such a log, and as nothing else.',
    expected: 'a folder with a slash at its end, none of the others within it',
    example: 'landed/classic/',
    fallback: 'landed/classic/',
  }),
  countsPrefix: describe(rawFolder, {
    description:
      'Where in the raw zone counts of the trail are landed, by hour and code, as Nexthink counted them: what is there is no export, and is compared with the table.',
    expected: 'a folder with a slash at its end, none of the others within it',
    example: 'landed/counts/',
    fallback: 'landed/counts/',
  }),
  webhookAliases: describe(columnAliases, {
    description:
      'As columnAliases, for what came by a webhook alone: a name with dots is a path into nested objects. Where nothing is named, the names of exports.',
    expected: 'role=name or path, separated by commas or given several times',
    example: 'time=event.occurredAt,code=event.auditCode,message=event.text',
    fallback: '',
  }),
};

/** Names of the settings that are folders. */
export const WAY_PREFIXES = ['nqlPrefix', 'webhookPrefix', 'classicPrefix', 'countsPrefix'] as const;

/** The folders of the ways. */
export type WayPrefixes = Readonly<Record<(typeof WAY_PREFIXES)[number], string>>;

/** Reports a folder that is within another one, or the same: a file in it would have come by two ways. */
export function checkWays(
  prefixes: WayPrefixes,
  context: { addIssue(issue: { code: 'custom'; path: string[]; message: string }): void },
): void {
  for (const name of WAY_PREFIXES) {
    const outer = WAY_PREFIXES.find((other) => other !== name && prefixes[name].startsWith(prefixes[other]));
    if (outer === undefined) continue;
    context.addIssue({ code: 'custom', path: [name], message: `is within ${outer}, ${prefixes[outer]}` });
  }
}

/** Whether a raw file holds counts of the trail, and is no export. @param path relative to the raw zone */
export function isCount(path: string, { countsPrefix }: Pick<WayPrefixes, 'countsPrefix'>): boolean {
  return path.startsWith(countsPrefix);
}

/** Whether a raw file is an export that this program landed. @param path relative to the raw zone */
export function isLanded(path: string, prefixes: WayPrefixes): boolean {
  return wayOf(path, prefixes) !== 'exporter';
}

/** By which way a raw file came. @param path relative to the raw zone */
export function wayOf(path: string, { nqlPrefix, webhookPrefix, classicPrefix }: WayPrefixes): Way {
  if (path.startsWith(nqlPrefix)) return 'nql';
  if (path.startsWith(webhookPrefix)) return 'webhook';
  return path.startsWith(classicPrefix) ? 'classic' : 'exporter';
}
