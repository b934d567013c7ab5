import { type AuditCode, CATALOGUE } from '../catalogue/index.ts';
import { FORMATS, type Rows, rowsOf, TEXT, TEXTS, textTable, WHOLE_NUMBER } from '../present/index.ts';
import { command } from './command.ts';

/** Lists the catalogue, or the rows that hold every word of a search in source system, code, name, meaning, family, action, object or templates. */
export const register = command<unknown, [words: readonly string[]]>({
  name: 'codes',
  words: [['[word...]', 'parts of a source system, code, name, meaning, family or template']],
  json: 'the rows of the catalogue as a JSON array',
  formats: FORMATS,
  run: (_, words) => {
    const rows = CATALOGUE.filter((row) => words.every((word) => haystack(row).includes(word.toLowerCase())));
    return { json: () => rows, text: () => describe(rows), rows: () => tabular(rows) };
  },
});

/** The catalogue's rows, with the names that `audit_codes` has for them. */
function tabular(codes: readonly AuditCode[]): Rows {
  const columns = {
    source_system: TEXT,
    code: WHOLE_NUMBER,
    event_name: TEXT,
    family: TEXT,
    action: TEXT,
    object_type: TEXT,
    severity: TEXT,
    meaning: TEXT,
    templates: TEXTS,
    source: TEXT,
  };
  return rowsOf(
    columns,
    codes.map(({ sourceSystem, name, objectType, templates, ...code }) => ({
      ...code,
      source_system: sourceSystem,
      event_name: name,
      object_type: objectType,
      templates: templates.map(({ text }) => text),
    })),
  );
}

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
