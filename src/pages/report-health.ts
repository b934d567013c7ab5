import { type Answer, answerIn, type LakeSession } from '../asking/index.ts';
import type { DECODE_STATUSES } from '../decode/index.ts';
import { COVERAGE_STATES, type CoverageState } from '../lake/index.ts';
import { type Html, markup, numberText } from '../present/index.ts';
import type { PeriodEvents } from './period.ts';
import { plainTable } from './plain-table.ts';
import { rowTable, shortened } from './row-table.ts';

const MOST_HOURS = 20;

/** What each decode status means to whoever reads counts. */
const STATUS_MEANINGS: Readonly<Record<(typeof DECODE_STATUSES)[number], string>> = {
  decoded: 'read in exactly one way',
  ambiguous: 'can be read in several ways; what is contested is left empty',
  partial: 'read in part',
  unknown_code: 'the code is not in the catalogue',
  unmatched: 'no known shape of the message fits',
};

/** What each state of an hour means. */
const STATE_MEANINGS: Readonly<Record<CoverageState, string>> = {
  reconciled: 'as many events as Nexthink counted, or every difference is explained',
  corroborated: 'two exports that overlap agree',
  single_source: 'one export covers it',
  unknown: 'no export covers it',
  differs: 'not as many events as Nexthink counted, and nothing explains that',
};

/** How well the events were understood, what could not be taken in, and whether hours are missing. */
export async function healthPart(session: LakeSession, period: PeriodEvents): Promise<Html> {
  return markup`${await decodingPart(period)}
${await quarantinePart(session)}
${await coveragePart(session, period)}`;
}

async function decodingPart(period: PeriodEvents): Promise<Html> {
  const { rows } = await period.ask('SELECT decode_status, COUNT(*) FROM period GROUP BY ALL ORDER BY 2 DESC, 1');
  const meanings: Readonly<Record<string, string>> = STATUS_MEANINGS;
  return markup`<h3>How well the messages were understood</h3>
${countsTable('Events of the period by decode status', 'status', rows, meanings)}`;
}

async function quarantinePart(session: LakeSession): Promise<Html> {
  const records = await answerIn(
    session,
    'SELECT reason, COUNT(*) FROM quarantine_rows GROUP BY ALL ORDER BY 2 DESC, 1',
  );
  const files = await answerIn(
    session,
    'SELECT reason, COUNT(*) FROM quarantine_files GROUP BY ALL ORDER BY 2 DESC, 1',
  );
  return markup`<h3>What could not be taken in</h3>
<p class="dim">Of the whole lake, since what is no audit record has no time that counts.</p>
${countsTable('Records in quarantine by reason', 'reason', records.rows)}
${countsTable('Rejected files by reason', 'reason', files.rows)}`;
}

/** The hours of the period that comparisons with Nexthink's counts know of. */
const HOURS = `FROM audit_coverage WHERE code IS NULL
  AND hour_end > CAST($from AS TIMESTAMPTZ) AND hour_start < CAST($to AS TIMESTAMPTZ)
  AND (CAST($instance AS VARCHAR) IS NULL OR instance = $instance)`;

async function coveragePart(session: LakeSession, period: PeriodEvents): Promise<Html> {
  const values = { from: period.from.toString(), to: period.to.toString(), instance: period.scope.instance };
  const states = await answerIn(session, `SELECT state, COUNT(*) ${HOURS} GROUP BY ALL`, values);
  const order: readonly string[] = COVERAGE_STATES;
  const rows = states.rows.toSorted(([a], [b]) => order.indexOf(String(a)) - order.indexOf(String(b)));
  const title = markup`<h3 id="gaps">Hours that may be missing</h3>`;
  if (rows.length === 0) {
    return markup`${title}
<p>The lake has no comparison with what Nexthink counted in this period (<code>compare nql</code>), so that nothing but the times of the events says whether some are missing: see the question on gaps.</p>`;
  }
  const worst: Answer = await answerIn(
    session,
    `SELECT hour_start, hour_end, instance, state, source_count, lake_count, difference, heal, COUNT(*) OVER () AS all_hours
${HOURS} AND state IN ('differs', 'unknown') ORDER BY state, hour_start LIMIT ${MOST_HOURS}`,
    values,
  );
  const count = Number(worst.rows[0]?.at(-1) ?? 0);
  const shown = {
    names: worst.names.slice(0, -1),
    types: worst.types,
    rows: worst.rows.map((row) => row.slice(0, -1)),
    count,
  };
  return markup`${title}
${countsTable('Hours of the period by how well they are known to be complete', 'state', rows, STATE_MEANINGS)}
${rowTable('Hours that differ, or that nothing covers', shown, { timeZone: period.scope.timeZone, whole: 'audit_coverage has them' })}`;
}

function countsTable(
  caption: string,
  name: string,
  rows: readonly (readonly unknown[])[],
  meanings?: Readonly<Record<string, string>>,
): Html {
  if (rows.length === 0) return markup`<p>${caption}: none.</p>`;
  const meaning = (key: unknown) => (meanings === undefined ? [] : [meanings[String(key)] ?? '']);
  return plainTable({
    caption,
    named: true,
    columns: [
      { name },
      { name: 'how many', isNumber: true },
      ...(meanings === undefined ? [] : [{ name: 'what it means' }]),
    ],
    rows: rows.map(([key, count]) => [shortened(key), numberText(Number(count)), ...meaning(key)]),
  });
}
