import { type AuditCode, CATALOGUE } from '../catalogue/index.ts';
import { textTable } from '../present/index.ts';
import { command } from './command.ts';

/** Lists the catalogue, or the rows that hold every word of a search in source system, code, name, meaning, family, action, object or templates. */
export const register = command<unknown, [words: readonly string[]]>({
  name: 'codes',
  words: [['[word...]', 'parts of a source system, code, name, meaning, family or template']],
  json: 'the rows of the catalogue as a JSON array',
  run: (_, words) => {
    const rows = CATALOGUE.filter((row) => words.every((word) => haystack(row).includes(word.toLowerCase())));
    return { json: () => rows, text: () => describe(rows) };
  },
});

function describe(rows: readonly AuditCode[]): string {
  const cells = rows.map(({ sourceSystem, code, name, family, action, severity, meaning }) => [
    sourceSystem,
    String(code),
    name,
    family,
    action,
    severity,
    meaning,
  ]);
  const table = textTable(['system', 'code', 'event_name', 'family', 'action', 'severity', 'meaning'], cells);
  const lines = [table, `${rows.length} of ${CATALOGUE.length} codes`];
  const [only] = rows;
  if (rows.length === 1 && only !== undefined) {
    if (only.templates.length === 0) lines.push('\nno template: the documentation does not show its message');
    lines.push(...only.templates.map(({ id, text }) => `\n${id}  ${text}`), `source: ${only.source}`);
  }
  return lines.join('\n');
}

function haystack(row: AuditCode): string {
  const { sourceSystem, code, name, meaning, family, action, objectType, severity, templates } = row;
  const texts = [
    sourceSystem,
    String(code),
    name,
    meaning,
    family,
    action,
    objectType,
    severity,
    ...templates.map(({ text }) => text),
  ];
  return texts.join('\n').toLowerCase();
}
