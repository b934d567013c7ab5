import { textTable, visible } from '../present/index.ts';
import type { WaysStatus } from '../status/index.ts';
import { counted } from '../storage/index.ts';

type OverlapStatus = WaysStatus['overlaps'][number];

/** By which ways raw files came, for people, in lines; none where everything came by the exporter. */
export function describeWays({ from_versions: versions, by_way: ways, overlaps }: WaysStatus): string[] {
  if (versions === null) return [];
  const [from, to] = versions;
  const table = textTable(
    ['way', 'files', 'rows first by it', 'newest event in the hour'],
    ways.map(({ way, files, rows, newest_hour: newest }) => [
      way,
      ...[files, rows ?? 'not known'].map(String),
      newest?.slice(0, 16) ?? 'not known',
    ]),
    [false, true, true, false],
  );
  const source = `rows, hours and overlaps: from the commits of versions ${from} to ${to}${from > 0 ? '; earlier ones were not read' : ''}`;
  return ['', table, ...overlaps.map(describeOverlap), source];
}

function describeOverlap({ instance, ways, hours, from, to, records, ...later }: OverlapStatus): string {
  const whose = instance === null ? '' : ` of ${visible(instance)}`;
  const [first, second] = ways.map((way, at) => `${counted(records[at] ?? 0, 'record')} by ${way}`);
  return (
    `both by ${ways.join(' and by ')}${whose}: ${counted(hours, 'hour')} between ${from.slice(0, 16)} and ${to.slice(0, 16)} UTC, ` +
    `with ${first} and ${second}; of ${later.later_records} that came later, ${later.later_there_already} were there already`
  );
}
