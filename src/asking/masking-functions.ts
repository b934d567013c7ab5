import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api';
import type { PeopleMask } from '../masking/index.ts';
import { MASKING_FUNCTIONS } from './masked-views.ts';

/** Gives a connection the functions by which the views mask. The key stays in this process, out of reach of any statement. */
export async function registerMask(connection: DuckDBConnection, mask: PeopleMask): Promise<void> {
  const { DuckDBListValue, DuckDBScalarFunction, LIST, VARCHAR } = await import('@duckdb/node-api');
  const register = (
    name: string,
    masked: (text: string, own: readonly string[]) => string,
    others: readonly DuckDBType[] = [],
  ) =>
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        ...{ name, parameterTypes: [VARCHAR, ...others], returnType: VARCHAR },
        mainFunction: (_, input, output) => {
          const texts = input.getColumnValues(0);
          const owns = others.length === 0 ? [] : input.getColumnValues(1);
          for (const [row, text] of texts.entries()) {
            const own = owns[row];
            const names = own instanceof DuckDBListValue ? own.items.map(String) : [];
            output.setItem(row, typeof text === 'string' ? masked(text, names) : null);
          }
          output.flush();
        },
      }),
    );
  const { person, people, text, ownText, json, id } = MASKING_FUNCTIONS;
  register(person, (value) => mask.person(value));
  register(people, (value) => mask.json(value, (name) => mask.person(name)));
  register(text, (value) => mask.text(value));
  register(ownText, (value, own) => mask.text(value, own), [LIST(VARCHAR)]);
  register(json, (value) => mask.json(value));
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      ...{ name: id, parameterTypes: [VARCHAR], returnType: VARCHAR },
      mainFunction: (_, input, output) => {
        const ids = input.getColumnValues(0).map((value) => (typeof value === 'string' ? value : null));
        for (const [row, shown] of mask.ids.shown(ids).entries()) output.setItem(row, shown);
        output.flush();
      },
    }),
  );
}
