import { literal, sparkLiteral } from '../views/index.ts';
import type { Dialect } from './dialect.ts';

/**
 * A text in a dialect's SQL, as an expression that gives this text and nothing else, whatever it holds but NUL, at which
 * DuckDB ends a statement.
 */
export function textLiteral(text: string, dialect: Dialect): string {
  switch (dialect) {
    case 'duckdb':
      return literal(text);
    case 'spark':
      // Spark fills in ${variables} before it reads a statement, in literals too.
      return sparkLiteral(text).replaceAll('$', '\\u0024');
    case 'tsql':
      return together(text.split(TAKEN_APART).filter((piece) => piece !== ''));
  }
}

/** Where T-SQL or its clients would take a literal apart: a backslash at a line's end, a line GO, a $(variable). */
const TAKEN_APART = /([\n\r]|\$(?=\())/;

/** T-SQL puts at most 254 texts together at a time. */
const MOST_PIECES = 200;

function together(pieces: readonly string[]): string {
  const [first = '', ...others] = pieces;
  if (others.length === 0) return tsqlPiece(first);
  const texts = pieces.slice(0, MOST_PIECES).map(tsqlPiece);
  if (pieces.length > MOST_PIECES) texts.push(together(pieces.slice(MOST_PIECES)));
  return `CONCAT(${texts.join(', ')})`;
}

function tsqlPiece(piece: string): string {
  return piece === '\n' || piece === '\r' ? `CHAR(${piece.charCodeAt(0)})` : literal(piece);
}
