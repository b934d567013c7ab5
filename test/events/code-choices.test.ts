import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { CATALOGUE, inferAction, inferFamily, type SourceSystem } from '../../src/catalogue/index.ts';
import { CODE_COLUMNS } from '../../src/events/code-choices.ts';
import { codeChoices, EVENT_COLUMNS } from '../../src/events/index.ts';
import { SOURCE_SYSTEMS } from '../../src/source/index.ts';

/** What the table will hold for a code, column by column. */
function columnsOf(code: number, system: SourceSystem = 'infinity'): Record<string, string | null> {
  const choices = codeChoices(SOURCE_SYSTEMS.indexOf(system), code);
  return Object.fromEntries(
    CODE_COLUMNS.map((name, index) => {
      const values = EVENT_COLUMNS.find((column) => column.name === name)?.choices ?? [];
      const choice = choices[index]!;
      assert.ok(choice >= -1 && choice < values.length, `${name} of ${code}: choice ${choice}`);
      return [name, choice === -1 ? null : values[choice]!];
    }),
  );
}

describe('codeChoices', () => {
  it("gives every known code its catalogue row's values", () => {
    for (const row of CATALOGUE) {
      assert.deepEqual(columnsOf(row.code, row.sourceSystem), {
        event_name: row.name,
        family: row.family,
        action: row.action,
        object_type: row.objectType,
        channel: row.channel,
        outcome: row.outcome,
        severity: row.severity,
        ai_mode: row.aiMode ?? null,
      });
    }
  });

  it('gives an unknown code the family and action that its digits suggest, and nothing else', () => {
    const nothing = {
      event_name: null,
      object_type: null,
      channel: null,
      outcome: null,
      severity: null,
      ai_mode: null,
    };
    for (const [code, family, action] of [
      [92992, 'content', 'create'],
      [91993, 'access', 'delete'],
      [95001, 'ai', null],
      [97001, null, null],
      [0, null, null],
      [2_147_483_647, null, null],
    ] as const) {
      assert.deepEqual(columnsOf(code), { ...nothing, family, action });
      assert.equal(inferFamily(code), family);
      assert.equal(inferAction(code), action);
    }
  });

  it('infers nothing in a classic trail, whose codes have other digits', () => {
    for (const system of ['engine', 'portal', 'console'] as const) {
      for (const code of [92992, 91993, 90211, 92042]) {
        assert.deepEqual(new Set(Object.values(columnsOf(code, system))), new Set([null]), `${system} ${code}`);
      }
    }
  });

  it('answers for more unknown codes than it remembers', () => {
    for (let code = 1; code <= 12_000; code++) codeChoices(0, 2_000_000_000 + code);
    assert.equal(columnsOf(2_000_011_999)['family'], null);
    assert.equal(columnsOf(92992)['action'], 'create');
  });
});
