import type { ByRecord } from '../lake/index.ts';
import { type Html, markup, numberText } from '../present/index.ts';
import { EVENTS_TABLE, EVIDENCE, pathInZone } from '../storage/index.ts';
import { type Meaning, NOTE_MEANINGS, PROBLEM_MEANINGS, type Verification } from '../verify/index.ts';
import { facts, handedInPage, type Section } from './frame.ts';
import { plainTable } from './plain-table.ts';

/** Findings that a page shows of a kind; the JSON has them all. */
const MOST_FINDINGS = 50;

/** A verification, with all that whoever is handed it has to know. */
export interface VerifiedLake {
  readonly result: Verification;
  /** As output may show it. */
  readonly lake: string;
  readonly deep: boolean;
  /** The head that was noted elsewhere and looked for; null where none was given. */
  readonly head: string | null;
  readonly began: Date;
  readonly ended: Date;
  readonly by: ByRecord;
  readonly programVersion: string;
  /** The first and the last day of which the lake has events; null where it has none, or they cannot be told. */
  readonly days: readonly [string, string] | null;
  /** How it was called. */
  readonly command: string;
}

/** What each count is of. */
const COUNTED: Readonly<Record<keyof Verification['counts'], string>> = {
  commits: 'entries of the log, each held against its evidence and the entry before',
  foreign_commits: 'of these, by other programs',
  checkpoints: 'checkpoints, each compared with what the log adds up to',
  sources: 'exports that were read, with what became of each of their records',
  data_files: 'files of the tables, each with the size and SHA-256 that was committed',
  data_bytes: 'bytes in these files',
  rows: 'events',
  rows_of_codes: 'rows of the catalogue of audit codes',
  rows_of_coverage: 'rows of comparisons with what Nexthink counted',
  quarantine_files: 'files with records and exports that could not be taken in',
  raw_files: 'exports in the raw zone, each with the content that was read',
  raw_files_excluded: 'files in the raw zone that are no exports by the settings',
  count_files: 'files with counts of Nexthink',
  rows_rebuilt: 'events read from the exports again and compared, column by column',
};

/** Whether it is whole, in one sentence. */
export function verdict({ result, lake, deep }: Pick<VerifiedLake, 'result' | 'lake' | 'deep'>): string {
  const { problems } = result;
  if (problems.length > 0) {
    const many = problems.length === 1 ? '1 problem was' : `${numberText(problems.length)} problems were`;
    return `${lake} is not what its log and its evidence say: ${many} found.`;
  }
  const raw = deep ? ', and every event is what the exports give when they are read again' : '';
  return `${lake} is what its log and its evidence say${raw}.`;
}

/** Who ran it, as far as it is known. */
export function whoSaid({ name, kind }: ByRecord): string {
  return kind === 'claimed' ? `${name} (the account on the machine; nobody vouches for the name)` : name;
}

/** The same as JSON: what `verify --json` always had, and what the page says more. Instants in UTC. */
export function verificationJson(verified: VerifiedLake): Record<string, unknown> {
  const { result, lake, deep, head, began, ended, by, programVersion, days, command } = verified;
  return {
    program_version: programVersion,
    ...result,
    problems: result.problems.map((each) => ({ ...each, ...PROBLEM_MEANINGS[each.kind] })),
    notes: result.notes.map((each) => ({ ...each, ...NOTE_MEANINGS[each.kind] })),
    verdict: verdict(verified),
    ...{ lake, deep, head_looked_for: head },
    ...{ began: began.toISOString(), ended: ended.toISOString(), by, command },
    event_days: days,
  };
}

/** A page about a verification, fit to be handed in. */
export async function verificationPage(verified: VerifiedLake): Promise<string> {
  const { lake, began, ended, by, programVersion, command } = verified;
  return await handedInPage({
    title: 'Verification of an audit lake',
    about: markup`<p class="mono">${lake}</p>`,
    sections: verificationSections(verified),
    foot: markup`<p class="dim">Made by audit-lake ${programVersion} on ${utc(ended)}, begun ${utc(began)}, run by ${whoSaid(by)}:</p>
<pre>${command}</pre>
<p class="dim">This page is not signed: whoever relies on it compares the heads with those that were noted elsewhere, or runs the verification again.</p>`,
  });
}

/** The parts of that page. */
function verificationSections(verified: VerifiedLake): Section[] {
  return [
    { id: 'result', title: 'Result', body: resultPart(verified) },
    { id: 'findings', title: 'Problems and notes', body: findingsPart(verified) },
    { id: 'checked', title: 'What was checked', body: checkedPart(verified) },
    { id: 'heads', title: 'Heads of the chains', body: headsPart(verified) },
    { id: 'by-hand', title: 'How to check by hand', body: BY_HAND },
  ];
}

/** The verdict, with when, what and who. */
export function resultPart(verified: VerifiedLake): Html {
  const { result, deep, head, began, ended, by, days } = verified;
  const kind = result.problems.length === 0 ? CARD_GOOD : CARD_BAD;
  return markup`<div class="${kind}"><p><strong>${verdict(verified)}</strong></p></div>
${facts([
  ['Verified', `${utc(began)} to ${utc(ended)}`],
  ['Run by', whoSaid(by)],
  ['Lake', verified.lake],
  ['Events', days === null ? 'none, or their days cannot be told' : `of ${days[0]} to ${days[1]} (UTC)`],
  ['Depth', deep ? DEEP : NOT_DEEP],
  ['Head noted elsewhere', head === null ? 'none was given (--head)' : `${head} was looked for`],
  ['Problems', numberText(result.problems.length)],
  ['Notes', numberText(result.notes.length)],
  ['Program', `audit-lake ${verified.programVersion}`],
])}`;
}

/** Every problem and note, with what it means and where more is told. */
export function findingsPart({ result: { problems, notes } }: Pick<VerifiedLake, 'result'>): Html {
  const none = markup`<p>Nothing was found that is wrong, and nothing that is worth knowing.</p>`;
  if (problems.length + notes.length === 0) return none;
  return markup`${kindsPart('Problem', problems, PROBLEM_MEANINGS)}${kindsPart('Note', notes, NOTE_MEANINGS)}`;
}

function kindsPart<Kind extends string>(
  title: string,
  found: readonly { readonly kind: Kind; readonly where: string; readonly explanation: string }[],
  meanings: Readonly<Record<Kind, Meaning>>,
): Html[] {
  return [...Map.groupBy(found, ({ kind }) => kind)].map(([kind, all]) => {
    const { meaning, told } = meanings[kind];
    const more = all.length - MOST_FINDINGS;
    return markup`<h3>${title}: ${kind} <span class="dim">(${numberText(all.length)})</span></h3>
<p>${meaning} <span class="dim">More in ${told}.</span></p>
${plainTable({
  caption: `${title}s of the kind ${kind}`,
  columns: [{ name: 'where' }, { name: 'what was found' }],
  rows: all.slice(0, MOST_FINDINGS).map(({ where, explanation }) => [markup`<code>${where}</code>`, explanation]),
})}
${more > 0 ? markup`<p class="dim">… and ${numberText(more)} more of this kind; verify --json lists them all.</p>` : null}`;
  });
}

/** How much was looked at, and whether raw was read again. */
export function checkedPart({ result: { counts }, deep }: Pick<VerifiedLake, 'result' | 'deep'>): Html {
  const rows = Object.entries(COUNTED).map(([name, what]) => [
    what,
    numberText(counts[name as keyof Verification['counts']]),
  ]);
  return markup`${plainTable({
    caption: 'What was looked at, and how much of it',
    columns: [{ name: 'what' }, { name: 'how many', isNumber: true }],
    rows,
    named: true,
  })}
<p>${deep ? DEEP : NOT_DEEP}</p>
<p>It proves that the parts agree with each other. Against somebody who may write to all of them it proves history only up to a head that was noted elsewhere, or under a locked immutability policy. <span class="dim">More in docs/evidence.md#against-whom.</span></p>`;
}

/** The ends of the chains, to be noted elsewhere. */
export function headsPart({ result: { heads } }: Pick<VerifiedLake, 'result'>): Html {
  return markup`<p>A head stands for all history before it. Note it where whoever writes to the lake cannot; later <code>verify --head SHA256</code> finds it in the chain, or says that it is not there.</p>
${plainTable({
  caption: 'The newest evidence of each table',
  columns: [{ name: 'table' }, { name: 'newest version', isNumber: true }, { name: 'head (SHA-256)' }],
  rows: Object.entries(heads).map(([table, head]) => [
    table,
    head === null ? 'none' : String(head.version),
    head === null ? 'none' : markup`<code>${head.sha256}</code>`,
  ]),
  named: true,
})}`;
}

/** An instant in UTC as people read it, to the second. */
export function utc(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const CARD_GOOD = 'card good';
const CARD_BAD = 'card bad';
const DEEP = 'Every export was read again, and every event compared with what that gives (--deep).';
const NOT_DEEP =
  'Files were compared by size and SHA-256 with what was committed; the exports were not read again (that does --deep).';

/** The folder of the evidence of the events. */
const CHAIN = `${EVIDENCE}${pathInZone(EVENTS_TABLE)}/`;

const BY_HAND = markup`<p>Nothing of this program is needed: <code>sha256sum</code>, <code>grep</code> and a text viewer, in the folder of the lake. <span class="dim">More in docs/evidence.md#checking-by-hand.</span></p>
<h3>Is a file of the table what was committed?</h3>
<p>Its SHA-256 has to stand in some evidence file, beside its name and rows.</p>
<pre>grep -l "$(sha256sum &lt; FILE | cut -c 1-64)" ${CHAIN}*.json</pre>
<h3>Is an entry of the log what was sealed?</h3>
<p>The first line of its evidence names its SHA-256.</p>
<pre>head -n 1 ${CHAIN}00000000000000000001.json
sha256sum ${EVENTS_TABLE}/_delta_log/00000000000000000001.json</pre>
<h3>Does the chain hold?</h3>
<p>The SHA-256 of each evidence file is the <code>previous</code> of the next; that of the newest is the head.</p>
<pre>last=null
for file in ${CHAIN}*.json; do
  found=$(head -n 1 "$file" | sed 's/.*"previous":"\\{0,1\\}\\([0-9a-f]*\\|null\\)"\\{0,1\\},"commit".*/\\1/')
  [ "$found" = "$last" ] || echo "broken at $file"
  last=$(sha256sum &lt; "$file" | cut -c 1-64)
done
echo "head: $last"</pre>`;
