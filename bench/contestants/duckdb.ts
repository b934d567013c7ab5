import { DuckDBInstance } from '@duckdb/node-api';
import { codesSql, ingestSql } from '../duckdb-sql.ts';
import { report } from '../usage.ts';

/** DuckDB, the same decode in SQL into the same columns, on one thread. Arguments: the target folder, the export. */
const [target = '', csv = ''] = process.argv.slice(2);

await report(async () => {
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run("SET threads = 1; SET TimeZone = 'UTC'; SET memory_limit = '4GB'");
  await connection.run(codesSql());
  const result = await connection.runAndReadAll(ingestSql(csv, target));
  return Number(result.getRows()[0]?.[0]);
});
