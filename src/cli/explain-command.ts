import { once } from 'node:events';
import { Option } from 'commander';
import * as z from 'zod';
import { CATALOGUE, type SourceSystem } from '../catalogue/index.ts';
import { explainMessage, readMessage } from '../decode/index.ts';
import { textTable, UsageError, visible, visibleJson } from '../present/index.ts';
import { SOURCE_SYSTEMS } from '../source/index.ts';
import { command } from './command.ts';
import { inputText, STANDARD_INPUT } from './standard-input.ts';

/** Shows how one message is read, or many. */
export const register = command<
  { readonly jsonl: boolean; readonly system?: SourceSystem },
  [code?: string, message?: string]
>({
  name: 'explain',
  words: [
    ['[code]', 'audit code, such as 91011'],
    ['[message]', 'the message; - takes it from standard input'],
  ],
  flags: [
    new Option('--jsonl', 'read {"id", "code", "message"} lines from standard input, write one line each'),
    new Option('--system <system>', 'whose code it is, where not that of the catalogue alone').choices(SOURCE_SYSTEMS),
  ],
  run: async ({ flags: { jsonl, system } }, code, message) => {
    if (jsonl) {
      if (code !== undefined)
        throw new UsageError('explain --jsonl reads its messages from standard input; leave out CODE and MESSAGE');
      await explainLines(process.stdin, process.stdout, system);
      return {};
    }
    if (code !== undefined && (!/^\d{1,10}$/.test(code) || Number(code) > LARGEST_CODE)) {
      throw new UsageError(
        `explain takes an audit code, a whole number such as 91011, before the message; found ${JSON.stringify(code)}`,
      );
    }
    if (code === undefined || message === undefined) {
      throw new UsageError(
        'explain takes an audit code and a message: audit-lake explain 92042 "Created dashboard, ID=c1, name=Sales"',
      );
    }
    const read = message === STANDARD_INPUT ? (await inputText()).replace(/\r?\n$/, '') : message;
    return { text: () => explanation(system ?? systemOf(Number(code)), Number(code), read) };
  },
});

/** Template, split, columns, status and why. */
function explanation(system: SourceSystem, code: number, message: string): string {
  const { reading, flags, meaning, template, why } = explainMessage(system, code, message);
  const lines = [
    meaning,
    ...(system === 'infinity' ? [] : [`source_system: ${system}`]),
    `message: ${visible(message)}`,
    `template: ${template === null ? 'none' : `${template.id}  ${template.text}`}`,
    `decode_status: ${reading.status}, for ${why}`,
    ...(reading.detail === null ? [] : [`decode_detail: ${visible(reading.detail)}`]),
    ...(flags === null ? [] : [`text_flags: ${flags}`]),
  ];
  const columns = [...reading.values].map(([name, value]) => [name, JSON.stringify(value)]);
  if (columns.length > 0) lines.push('', textTable(['column', 'value'], columns));
  if (reading.unmapped !== null) {
    lines.push(
      '',
      textTable(
        ['unmapped', 'value'],
        [...reading.unmapped].map(([key, value]) => [key, JSON.stringify(value)]),
      ),
    );
  }
  return lines.join('\n');
}

/** Whose code it is: where several have it, or none, Infinity's. */
function systemOf(code: number): SourceSystem {
  const rows = CATALOGUE.filter((row) => row.code === code);
  return rows[0]?.sourceSystem ?? 'infinity';
}

/** Codes are 32-bit numbers in the table, and never negative in an export. */
const LARGEST_CODE = 2 ** 31 - 1;

const LINE = z.object({
  system: z.enum(SOURCE_SYSTEMS).optional(),
  code: z.int().min(0).max(LARGEST_CODE),
  message: z.string().refine((text) => text.isWellFormed(), 'holds a lone surrogate, which no text can'),
});

/** Reads `{"id", "code", "message"}` lines and writes one line each: what the message says, or why it could not be read. */
async function explainLines(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  system: SourceSystem | undefined,
): Promise<void> {
  for await (const line of inputLines(input)) {
    const answer = explainLine(line, system);
    if (answer !== null && !output.write(`${visibleJson(answer)}\n`)) await once(output, 'drain');
  }
}

/** What to answer to a line; null where it is blank. */
function explainLine(line: Uint8Array, ofAll: SourceSystem | undefined): object | null {
  let input: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(line);
    if (text.trim() === '') return null;
    input = JSON.parse(text);
  } catch (error) {
    return {
      id: null,
      error: `expected a JSON object, found ${error instanceof Error ? error.message : 'something else'}`,
    };
  }
  const id = input !== null && typeof input === 'object' && 'id' in input ? input.id : null;
  if (typeof id === 'number' && Math.abs(id) > Number.MAX_SAFE_INTEGER) {
    return {
      id: null,
      error: 'expected an id that JSON numbers hold exactly, found one beyond 2^53; write it as a string',
    };
  }
  const parsed = LINE.safeParse(input);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'line'}: ${issue.message}`);
    return { id, error: `expected {"id", "code": whole number, "message": text}; ${problems.join('; ')}` };
  }
  const { code, message, system = ofAll ?? systemOf(code) } = parsed.data;
  const { reading, flags } = readMessage(system, code, message);
  return {
    id,
    decode_status: reading.status,
    decode_detail: reading.detail,
    text_flags: flags,
    template_id: reading.templateId,
    ...Object.fromEntries(reading.values),
    ...(reading.unmapped !== null && { unmapped: Object.fromEntries(reading.unmapped) }),
  };
}

const LINE_FEED = 0x0a;

/**
 * The lines of a byte stream, without their line feed. Only a line feed ends a line: JSON text may hold U+2028, U+2029 and a
 * bare CR between its tokens, at which other line readers cut.
 */
export async function* inputLines(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  let begun: Uint8Array[] = [];
  for await (const given of input) {
    const chunk = typeof given === 'string' ? Buffer.from(given, 'utf8') : given;
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      begun.push(chunk.subarray(start, end));
      yield begun.length === 1 ? begun[0]! : Buffer.concat(begun);
      begun = [];
      start = end + 1;
    }
    if (start < chunk.length) begun.push(chunk.subarray(start));
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}
