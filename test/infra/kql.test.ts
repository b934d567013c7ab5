import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'vitest';
import { alerts } from './alerts.ts';
import { alertQueries, allQueries } from './kql.ts';

/** Tables that the queries ask, with the columns that they may use. */
const TABLES = {
  traces: '(timestamp: datetime, message: string)',
  StorageBlobLogs:
    '(TimeGenerated: datetime, AccountName: string, AuthenticationHash: string, AuthenticationType: string, ' +
    'CallerIpAddress: string, Category: string, ObjectKey: string, OperationName: string, RequesterObjectId: string, ' +
    'StatusCode: string, StatusText: string, UserAgentHeader: string)',
};

/** Values of the parameters that alerts.bicep defines in front of its queries. */
const PARAMETERS: Readonly<Record<string, string>> = {
  comparesCoverage: 'true',
  expectedPulls: 'dynamic(["nql","classic"])',
  exporterHasKey: 'true',
  freshnessHours: '26',
  lagMinutes: '60',
  pullHours: '26',
  quarantinePercent: '1',
  silentInstances: 'dynamic(["retired"])',
};

/** The part of Microsoft's language service that is used here; it declares it in its own global namespaces. */
interface LanguageService {
  readonly Kusto: {
    readonly Language: {
      readonly KustoCode: { ParseAndAnalyze(query: string, globals: unknown): { GetDiagnostics(): unknown } };
      readonly GlobalState: { readonly Default: { WithDatabase(database: unknown): unknown } };
      readonly Symbols: {
        readonly TableSymbol: { From(schema: string): { WithName(name: string): unknown } };
        readonly DatabaseSymbol: { readonly ctor: new (name: string, tables: readonly unknown[]) => unknown };
      };
    };
  };
  readonly Bridge: { toArray(list: unknown): readonly { readonly Message: string; readonly Start: number }[] };
}

const PACKAGE = '@kusto/language-service-next';

function languageService(): LanguageService {
  const require = createRequire(import.meta.url);
  require(`${PACKAGE}/bridge.min.js`);
  require(`${PACKAGE}/Kusto.Language.Bridge.min.js`);
  return globalThis as unknown as LanguageService;
}

const service = languageService();

/** What the language service finds wrong with a query over {@link TABLES}. */
function faults({ Kusto, Bridge }: LanguageService, query: string): string[] {
  const { KustoCode, GlobalState, Symbols } = Kusto.Language;
  const tables = Object.entries(TABLES).map(([name, schema]) => Symbols.TableSymbol.From(schema).WithName(name));
  const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('db', tables));
  const diagnostics = Bridge.toArray(KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics());
  return diagnostics.map(({ Message, Start }) => `${Message} (at: ${query.slice(Start, Start + 40)})`);
}

describe('the KQL of alerts, workbook and documents', () => {
  const lets = new Map(alerts().map((alert) => [alert.name, alert.lets]));

  for (const { name, text } of allQueries()) {
    it(`is read without a fault: ${name}`, () => {
      const isAlert = alertQueries().some((query) => query.text === text);
      const parameters = isAlert ? (lets.get(name) ?? []) : [];
      const query = parameters.map((parameter) => `let ${parameter} = ${PARAMETERS[parameter]};\n`).join('') + text;
      assert.deepEqual(faults(service, query), []);
    });
  }

  it('would be found to be wrong', () => {
    const wrong = [
      'traces | where mesage == "a"',
      'traces | summarize last = max(timestamp)',
      'traces | extend x = parse_json(message) | summarize count() by x.a',
      'traces | where timestamp > lagMinutes',
      'traces | project a = toblub(message)',
    ];
    for (const query of wrong) assert.equal(faults(service, query).length > 0, true, query);
  });
});
