import type { LakeTable } from '../lake/index.ts';
import { byPath, comparePaths, type ListedFile, type Storage, type StorageFault } from '../storage/index.ts';
import type { Findings } from './findings.ts';
import type { ReplayedState } from './replayed-state.ts';
import { isNamedAsFile, JUDGED_ZONES, type JudgedName, nameJudge } from './zone-names.ts';

/** Files beside the commits and checkpoints of a table's log that readers go by. */
export interface SideFiles {
  /** `_last_checkpoint`; null where there is none. */
  readonly hint: ListedFile | null;
  /** Paths of `n.crc`. */
  readonly checksums: readonly string[];
  /** Paths of `x.y.compacted.json`. */
  readonly compacted: readonly string[];
}

/** What the zones hold beside raw files, by what each name says. */
export class Zones {
  readonly #byKind: ReadonlyMap<string, readonly ListedFile[]>;

  /** What is there and no file. */
  readonly #faults: readonly StorageFault[];

  /** Paths of folders that have the name of a file. */
  readonly #folders: readonly string[];

  readonly #judge: (path: string) => JudgedName;

  private constructor(
    files: readonly ListedFile[],
    faults: readonly StorageFault[],
    folders: readonly string[],
    judge: (path: string) => JudgedName,
  ) {
    this.#judge = judge;
    this.#faults = faults;
    this.#folders = folders;
    this.#byKind = Map.groupBy(files, ({ path }) => judge(path).kind);
  }

  /** Lists the zones whose names are judged, of a lake of these tables. */
  static async list(storage: Storage, tables: readonly LakeTable[]): Promise<Zones> {
    const judge = nameJudge(tables);
    const files: ListedFile[] = [];
    const faults: StorageFault[] = [];
    const folders: string[] = [];
    const options = {
      onFault: (fault: StorageFault) => faults.push(fault),
      onFolder: (path: string) => isNamedAsFile(judge(path), path) && folders.push(path),
      anyOrder: true,
    };
    for (const zone of JUDGED_ZONES) for await (const file of storage.list(zone, options)) files.push(file);
    return new Zones(files.sort(byPath), faults.sort(byPath), folders.sort(comparePaths), judge);
  }

  /** The side files of a table's log. */
  sideFiles(table: string): SideFiles {
    const paths = (kind: 'checksum' | 'compacted') => this.#of(kind, table).map(({ path }) => path);
    return {
      hint: this.#of('hint', table)[0] ?? null,
      checksums: paths('checksum'),
      compacted: paths('compacted'),
    };
  }

  /** Reports names that readers go by though they are none of ours, and counts those that nobody goes by. */
  checkNames(tables: readonly { readonly table: string; readonly state: ReplayedState }[], findings: Findings): void {
    const named = new Set(
      tables.flatMap(({ table, state }) => [...state.files.keys(), ...state.removed].map((path) => `${table}/${path}`)),
    );
    for (const { path, detail } of this.#faults) findings.problem('not_a_file', path, detail);
    for (const path of this.#folders) {
      const text = 'it is a folder, where by its name a file belongs that writers of the lake give; remove it';
      findings.problem('not_a_file', path, text);
    }
    for (const { path } of this.#byKind.get('problem') ?? []) {
      if (named.has(path)) continue;
      const text = `a file of this name has no place there: ${this.#judge(path).why}; find out who put it there, and remove it`;
      findings.problem('unknown_name', path, text);
    }
    for (const zone of JUDGED_ZONES) {
      const foreign = this.#of('foreign', zone.slice(0, -1)).filter(({ path }) => !named.has(path));
      const [first] = foreign;
      if (first === undefined) continue;
      const more = foreign.length > 1 ? ` and ${foreign.length - 1} more` : '';
      findings.note('unknown_name', zone, `${first.path}${more}: files of names that nobody goes by`);
    }
  }

  /** Counts the files below a table that no commit names: of writes that never finished, and harmless to Delta readers. */
  countOrphans(table: string, { files, removed }: ReplayedState, findings: Findings): void {
    const names = this.#of('data', table).map(({ path }) => path.slice(table.length + 1));
    const count = names.filter((name) => !files.has(name) && !removed.has(name)).length;
    if (count === 0) return;
    const text = `${count} files that no commit names, of writes that never finished; vacuum removes them in time`;
    findings.note('orphans', `${table}/`, text);
  }

  #of(kind: string, folder: string): readonly ListedFile[] {
    return (this.#byKind.get(kind) ?? []).filter(({ path }) => path.startsWith(`${folder}/`));
  }
}
