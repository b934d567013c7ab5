import { readFileSync } from 'node:fs';

/** What the documentation says of a code, and the mapping agreed for it. */
export interface DocumentedCode {
  readonly code: number;
  readonly label: string;
  readonly messages: readonly string[];
  readonly name: string;
  readonly object_type?: string;
  readonly severity: string;
  /** OCSF: 1 success, 2 failure, 0 unknown, 99 other. */
  readonly status_id: number;
  readonly ocsf: {
    readonly class_uid: number;
    readonly activity_id: number;
    readonly type_uid: number;
    readonly activity_name?: string;
    readonly entity_type?: string;
  };
  readonly asim: {
    readonly schema: string;
    readonly type: string;
    readonly result: string;
    readonly object_type?: string;
  };
}

export const DOCUMENTED: readonly DocumentedCode[] = JSON.parse(
  readFileSync(new URL('../fixtures/documented-codes.json', import.meta.url), 'utf8'),
);
