import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { test } from 'vitest';

/** The folder of all that is deployed. */
export const INFRA = resolve(import.meta.dirname, '../../infra');

/** A value in a resource's body: a literal, or an expression by its text. */
export type Value = string | number | boolean | null | Expression | readonly Value[] | Body;
export interface Expression {
  readonly $expr: string;
}
export interface Body {
  readonly [name: string]: Value;
}

/** A resource or module as the Bicep checker reads it. */
export interface Row {
  /** Relative to infra/, with slashes. */
  readonly file: string;
  readonly kind: 'resource' | 'module';
  readonly symbol: string;
  /** Of a resource. */
  readonly type?: string;
  /** Of a resource that is only referred to. */
  readonly existing?: boolean;
  /** Of a module. */
  readonly path?: string;
  readonly condition?: string;
  readonly loop?: string;
  readonly body?: Body;
}

/** The program that parses Bicep offline. */
const CHECKER = process.env['BICEP_CHECK'];

const REASON =
  'BICEP_CHECK names no program: set it to one that prints the resources of a folder of Bicep files as JSON for --dump';

/** Every resource and module of infra/. @throws Error where the checker fails */
function dump(): Row[] {
  if (CHECKER === undefined) throw new Error(REASON);
  if (!existsSync(CHECKER)) throw new Error(`BICEP_CHECK: expected a program, found nothing at ${CHECKER}`);
  const printed = execFileSync(process.execPath, [CHECKER, '--dump', INFRA], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const rows = JSON.parse(printed) as Row[];
  return rows.map((row) => ({ ...row, file: relative(INFRA, resolve(row.file)).replaceAll('\\', '/') }));
}

let rows: Row[] | null = null;

/** A test on what is deployed; it is skipped, and says why, where there is no checker. */
export function testDump(name: string, check: (rows: readonly Row[]) => void): void {
  test(name, (context) => {
    context.skip(CHECKER === undefined, REASON);
    rows ??= dump();
    check(rows);
  });
}

/** The rows with some of them changed, for tests of the tests. @throws Error where none is */
export function planted(rows: readonly Row[], where: (row: Row) => boolean, change: (row: Row) => Row): Row[] {
  if (!rows.some(where)) throw new Error('expected something to change, found nothing of the kind');
  return rows.map((row) => (where(row) ? change(row) : row));
}

/** A row with the value at a path in its body replaced; undefined takes it away. */
export function withValue(row: Row, path: string, value: Value | undefined): Row {
  const replace = (body: Value, [name, ...rest]: string[]): Value => {
    if (name === undefined) return value ?? null;
    const inner = at(body, name);
    const copy: Record<string, Value> = { ...(body as Body) };
    if (rest.length === 0 && value === undefined) delete copy[name];
    else copy[name] = replace(inner ?? {}, rest);
    return copy;
  };
  return { ...row, body: replace(row.body ?? {}, path.split('.')) as Body };
}

/** The value at a path such as `properties.networkAcls.bypass`; undefined where there is none. */
export function at(value: Value | undefined, path: string): Value | undefined {
  let found = value;
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null || isExpression(found)) return undefined;
    found = (found as Body)[name];
  }
  return found;
}

export function isExpression(value: Value | undefined): value is Expression {
  return typeof value === 'object' && value !== null && '$expr' in value;
}

/** A literal as it is, an expression as its text. */
export function text(value: Value | undefined): string {
  return isExpression(value) ? value.$expr : typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** Rows of resources that are made, by type. */
export function made(rows: readonly Row[], type: string): Row[] {
  return rows.filter((row) => row.type === type && row.existing !== true);
}

/** How a row is called in messages. */
export function nameOf({ file, symbol }: Row): string {
  return `${join(file)} ${symbol}`;
}
