import { LOG_RECORDS } from '../src/telemetry/index.ts';

/** Every record that the Function App logs, for people and for whoever writes queries. */
export function telemetryDocument(): string {
  return `${[
    '# Telemetry',
    '',
    'Generated from `src/telemetry/records.ts` by `npm run generate`; do not edit. The Function App logs one line of JSON per record,',
    'which Application Insights keeps as a trace. Counts, digests, words of this program and the instance names of its settings:',
    'no message text, no name from an export, no path. `ingest_id` joins to the table, to the commit and to the names of quarantine',
    'files. Workbook and alerts ask for these records (`infra/`); [operate.md](operate.md) says what to do about an alert.',
    '',
    '```kusto',
    'traces | where message startswith_cs \'{"event":"file"\' | extend file = parse_json(message)',
    '| summarize percentile(todouble(file.lag_seconds), 95) by bin(timestamp, 1h), tostring(file.function)',
    '```',
    ...Object.entries(LOG_RECORDS).flatMap(([name, { description, fields }]) => [
      '',
      `## ${name}`,
      '',
      description,
      '',
      '| field | kind | what |',
      '|---|---|---|',
      ...Object.entries(fields).map(([key, { kind, description: what }]) => {
        return `| \`${key}\` | ${kind.endsWith('?') ? `${kind.slice(0, -1)} or null` : kind} | ${what} |`;
      }),
    ]),
  ].join('\n')}\n`;
}
