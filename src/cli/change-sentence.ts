import type { ForeignRemoval } from '../maintenance/index.ts';
import { visible } from '../present/index.ts';
import { counted } from '../storage/index.ts';
import { isObject, type JsonObject, type JsonValue } from '../table/index.ts';

/** What a change of the table did, as its commit records it, in a sentence. */
export function changeSentence(change: JsonObject): string {
  const { kind, ...facts } = change;
  const count = (name: string) => (typeof facts[name] === 'number' ? facts[name] : 0);
  const text = (name: string) => (typeof facts[name] === 'string' ? facts[name] : null);
  const some = (number: number, noun: string, what: string) => (number > 0 ? [`${counted(number, noun)} ${what}`] : []);
  const lengthOf = (name: string) => (Array.isArray(facts[name]) ? facts[name].length : 0);
  switch (kind) {
    case 'compact':
      return `compact: ${counted(count('rows'), 'row')} of ${counted(count('days'), 'day')}, ${counted(count('files_before'), 'file')} became ${count('files_after')}`;
    case 'replay': {
      const parts = [
        `replay${daysOf(text('from'), text('to'))}: ${counted(count('rows_after'), 'row')} in place of ${count('rows_before')}`,
        ...(count('carried_over') > 0 ? [`${count('carried_over')} of them kept as they were`] : []),
        ...some(count('vanished'), 'event', 'gone'),
        ...some(count('dropped'), 'row', 'dropped that no raw file gives'),
        ...some(count('appeared'), 'event', 'new'),
        ...some(lengthOf('damaged'), 'data file', 'that could not be read, made anew'),
        ...some(lengthOf('skipped'), 'raw file', 'not read again'),
      ];
      return parts.join(', ');
    }
    case 'retain':
      return `retain: ${counted(count('rows'), 'row')} dated before ${text('before') ?? 'a day not stated'} removed, with ${counted(count('files'), 'file')}`;
    case 'withdraw': {
      const files = objectsOf(facts['withdrawn']);
      const named = files.map((file) => `${String(file['path'])}${withSha256(file['sha256'])}`).join(', ');
      const ofOthers = objectsOf(facts['passed_on']).reduce((sum, { rows }) => sum + (Number(rows) || 0), 0);
      const rows = files.reduce((sum, file) => sum + (Number(file['rows']) || 0), 0);
      const isUndone = facts['undo'] === true;
      const parts = [
        `${isUndone ? 'withdrawal taken back' : 'withdraw'}: ${named}: ${counted(rows, 'row')} ${isUndone ? 'its again' : 'its until then'}`,
        ...(ofOthers === 0
          ? []
          : [
              `${ofOthers} ${isUndone ? 'of them other raw files’ until then' : 'of the events are other raw files’ that hold them too'}`,
            ]),
        ...some(lengthOf('skipped'), 'raw file', 'not read again'),
      ];
      return `${parts.join(', ')}: ${text('reason') ?? 'no reason stated'}`;
    }
    case 'erase': {
      const list = isObject(facts['erased']) ? facts['erased']['path'] : null;
      const listed = typeof list === 'string' ? `; their ids are in ${list}` : '';
      return `erase: ${counted(count('rows'), 'row')} removed, in ${counted(count('files'), 'file')}${listed}`;
    }
    default: {
      const known = Object.entries(facts).filter(([, value]) => value !== null && value !== 0);
      const each = known.map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
      return `${String(kind)}: ${each.join(', ')}`;
    }
  }
}

function objectsOf(list: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function withSha256(sha256: JsonValue | undefined): string {
  return typeof sha256 === 'string' ? ` (SHA-256 ${sha256})` : '';
}

function daysOf(from: string | null, to: string | null): string {
  if (from === null && to === null) return '';
  if (from === to) return ` of ${from}`;
  return `${from === null ? '' : ` from ${from}`}${to === null ? '' : ` to ${to}`}`;
}

/** What to do about rows that another engine removed. */
export function removalAdvice({ version, operation, engine, days }: ForeignRemoval): string {
  const [of, options] =
    days === null
      ? ['', '']
      : [
          ` of ${days.from === days.to ? days.from : `${days.from} to ${days.to}`}`,
          ` --from ${days.from} --to ${days.to}`,
        ];
  return (
    `rows${visible(of)} were removed in version ${version} (${visible(operation)} by ${visible(engine)}), and raw files gave them: ` +
    `audit-lake replay${visible(options)} reads those again and puts the rows back; then audit-lake accept ${version} --reason TEXT acknowledges the change`
  );
}
