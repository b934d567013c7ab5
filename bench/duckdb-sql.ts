import { type AuditCode, CATALOGUE_VERSION, catalogueOf, FIELDS } from '../src/catalogue/index.ts';
import { parseTemplate, type TemplateNode } from '../src/decode/template-syntax.ts';
import type { ValueType } from '../src/decode/value.ts';

/** Codes whose messages one pattern takes apart. */
interface Group {
  readonly name: string;
  readonly pattern: string;
  readonly fields: readonly string[];
  readonly codes: number[];
}

const QUOTE = '["“”„]?';
const PATTERNS: Readonly<Record<ValueType, string>> = {
  token: '([^\\s,="()\\[\\]{}<>]+)',
  'token?': '([^\\s,="()\\[\\]{}<>]*)',
  ip: '([^\\s,="()\\[\\]{}<>]*)',
  int: '([0-9]+)',
  phrase: '([\\p{L}\\p{N} _/.-]+)',
  kind: '([\\p{L}\\p{N} _.-]+)',
  stamp: '([\\p{L}\\p{N} _/.:+-]+?)',
  quoted: `${QUOTE}(.*?)${QUOTE}`,
  text: '(.*)',
  list: '["“”„\\[{]?(.*?)["“”„\\]}]?',
  tokens: '["“”„\\[{]?(.*?)["“”„\\]}]?',
};

/**
 * The peer's whole job as one SQL statement: read the CSV, decode, make the uid, write Parquet by date. One regular
 * expression per message: codes of one shape share a pattern (their opening words are compared apart), and a pattern
 * only sees the rows of its codes.
 */
export function ingestSql(csv: string, target: string): string {
  const groups = groupsOf(catalogueOf('infinity'));
  return `
COPY (
  WITH source AS (
    SELECT row_number() OVER () AS source_row, "time" AS event_time_text, code, coalesce(message, '') AS message,
           "user name" AS actor_name, "user id" AS actor_id
    FROM read_csv(${literal(csv)}, header = true, delim = ',', quote = '"', escape = '"', parallel = false,
      columns = {'time': 'VARCHAR', 'code': 'INTEGER', 'message': 'VARCHAR', 'user name': 'VARCHAR', 'user id': 'VARCHAR'})
  ), matched AS (
    SELECT *, event_time_text::TIMESTAMPTZ AS event_time, ${groups.map(extraction).join(',\n           ')}
    FROM source
  )
  SELECT substr(sha256('2:v1,0:,8:infinity,' || ${netstring('epoch_us(event_time)::VARCHAR')} || ${netstring('matched.code::VARCHAR')}
           || ${netstring("coalesce(actor_id, actor_name, '')")} || ${netstring('message')} || '1:0,'), 1, 32) AS event_uid,
         event_time, matched.code, message, event_time_text, NULL::VARCHAR AS instance, 'infinity' AS source_system,
         codes.event_name, codes.family, codes.action, codes.object_type, codes.channel, codes.outcome, codes.severity,
         actor_name, actor_id,
         ${FIELDS.map(({ name, kind }) => `${fieldValue(name, kind, groups)} AS ${name}`).join(',\n         ')},
         codes.ai_mode, NULL::VARCHAR AS unmapped,
         CASE WHEN ${anyMatch(groups)} THEN 'decoded' ELSE 'partial' END AS decode_status, NULL::VARCHAR AS decode_detail,
         nullif(concat_ws(',', CASE WHEN regexp_matches(message, '[\\x{061C}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]') THEN 'bidi' END,
           CASE WHEN regexp_matches(message, '[\\x{00}-\\x{1F}\\x{7F}-\\x{9F}]') THEN 'control' END,
           CASE WHEN regexp_matches(message, '[\\x{180E}\\x{200B}\\x{2060}\\x{FEFF}]') THEN 'zero_width' END), '') AS text_flags,
         codes.template_id, ${literal(CATALOGUE_VERSION)} AS catalogue_version, 'raw/export.csv' AS source_file,
         '0' AS source_etag, source_row, '0' AS ingest_id, now() AS landed_at, event_time::DATE AS event_date
  FROM matched LEFT JOIN codes USING (code)
) TO ${literal(target)} (FORMAT parquet, PARTITION_BY (event_date), COMPRESSION snappy)`;
}

/** The dimension that the statement joins. */
export function codesSql(): string {
  const rows = catalogueOf('infinity').map((row) =>
    [
      row.code,
      ...[
        row.name,
        row.family,
        row.action,
        row.objectType,
        row.channel,
        row.outcome,
        row.severity,
        row.aiMode,
        row.templates[0]?.id,
      ].map((value) => (value ? literal(value) : 'NULL')),
    ].join(', '),
  );
  return `CREATE TABLE codes AS SELECT * FROM (VALUES ${rows.map((row) => `(${row})`).join(', ')})
    AS c(code, event_name, family, action, object_type, channel, outcome, severity, ai_mode, template_id)`;
}

function groupsOf(rows: readonly AuditCode[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const nodes = parseTemplate(row.templates[0]!);
    const fields: string[] = [];
    const body = nodes.map((node, index) => pattern(node, fields, index === 0)).join('');
    if (fields.length === 0) continue;
    const key = `^${body}$`;
    const group = groups.get(key) ?? { name: `g${groups.size}`, pattern: key, fields, codes: [] };
    group.codes.push(row.code);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function pattern(node: TemplateNode, fields: string[], opening: boolean): string {
  switch (node.kind) {
    case 'text':
      // The opening words differ from code to code; up to its first key a message holds no equals sign.
      return opening && /\w+=$/.test(node.text)
        ? `[^=]*${escaped(/\w+=$/.exec(node.text)![0])} *`
        : escaped(node.text).replace('\\?=', '=?');
    case 'constant':
      return '';
    case 'value':
      if (fields.includes(node.field)) return PATTERNS[node.type].replace('(', '(?:');
      fields.push(node.field);
      return PATTERNS[node.type];
    case 'optional':
      return `(?:${node.nodes.map((part) => pattern(part, fields, false)).join('')})?`;
    case 'alternatives':
      return `(?:${node.choices.map((choice) => choice.map((part) => pattern(part, fields, false)).join('')).join('|')})`;
  }
}

function extraction({ name, pattern: body, fields, codes }: Group): string {
  const names = fields.map(literal).join(', ');
  return `CASE WHEN ${among(codes)} THEN regexp_extract(message, ${literal(`(?s)${body}`)}, [${names}]) END AS ${name}`;
}

function among(codes: readonly number[]): string {
  return codes.length === 1 ? `code = ${codes[0]}` : `code IN (${codes.join(', ')})`;
}

function fieldValue(field: string, kind: string, groups: readonly Group[]): string {
  const sources = groups.filter(({ fields }) => fields.includes(field)).map(({ name }) => `${name}.${field}`);
  if (sources.length === 0) return kind === 'number' ? 'NULL::INTEGER' : 'NULL::VARCHAR';
  const text = sources.length === 1 ? sources[0]! : `coalesce(${sources.join(', ')})`;
  if (kind === 'number') return `TRY_CAST(${text} AS INTEGER)`;
  return kind === 'list' ? `to_json(string_split_regex(${text}, ', ?'))::VARCHAR` : text;
}

function anyMatch(groups: readonly Group[]): string {
  return groups.map(({ name, fields }) => `${name}.${fields[0]} <> ''`).join(' OR ');
}

function netstring(expression: string): string {
  return `(strlen(${expression})::VARCHAR || ':' || ${expression} || ',')`;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
