import type { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../views/index.ts';

/** A part of a statement, as the engine takes it apart. */
export type SqlNode = Readonly<Record<string, unknown>>;

/** What a query is made of; where the engine does not tell, `error` is true and `error_type` says why. */
export async function treeOf(connection: DuckDBConnection, sql: string): Promise<SqlNode> {
  const result = await connection.runAndReadAll(`SELECT json_serialize_sql(${literal(sql)})`);
  return JSON.parse(String(result.getRows()[0]?.[0])) as SqlNode;
}

/** Shows every part of a tree, from the outside inwards. */
export function visit(value: unknown, see: (node: SqlNode) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) see(value as SqlNode);
  for (const item of Object.values(value)) visit(item, see);
}

/** The function that a part of a statement calls in place of a relation, in lower case; null where it is no such call. */
export function tableFunctionIn(node: SqlNode): string | null {
  if (node['type'] !== 'TABLE_FUNCTION') return null;
  return String((node['function'] as SqlNode | undefined)?.['function_name']).toLowerCase();
}

/** The functions of {@link tableFunctionIn}, anywhere in a statement. */
export function tableFunctionsIn(tree: SqlNode): string[] {
  const found: string[] = [];
  visit(tree, (node) => {
    const name = tableFunctionIn(node);
    if (name !== null) found.push(name);
  });
  return found;
}
