import { type AuditCode, CATALOGUE } from '../catalogue/index.ts';
import { EXIT_DONE } from './failure.ts';
import { textTable } from './text-table.ts';
import { visibleJson } from './visible.ts';

/** Lists the catalogue, or the rows that hold every word of a search in code, name, meaning, family, action, object or templates. */
export function codesCommand(words: readonly string[], json: boolean): number {
  const rows = CATALOGUE.filter((row) => words.every((word) => haystack(row).includes(word.toLowerCase())));
  if (json) {
    process.stdout.write(`${visibleJson(rows)}\n`);
    return EXIT_DONE;
  }
  const cells = rows.map(({ code, name, family, action, severity, meaning }) => [
    String(code),
    name,
    family,
    action,
    severity,
    meaning,
  ]);
  process.stdout.write(`${textTable(['code', 'event_name', 'family', 'action', 'severity', 'meaning'], cells)}\n`);
  process.stdout.write(`${rows.length} of ${CATALOGUE.length} codes\n`);
  const [only] = rows;
  if (rows.length === 1 && only !== undefined) {
    for (const { id, text } of only.templates) process.stdout.write(`\n${id}  ${text}\n`);
    process.stdout.write(`source: ${only.source}\n`);
  }
  return EXIT_DONE;
}

function haystack(row: AuditCode): string {
  const { code, name, meaning, family, action, objectType, severity, templates } = row;
  const texts = [
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
