import { z } from 'zod';
import type { AddFile, CommitInfo } from '../table/index.ts';

const ROWS = z.number().int().nonnegative();
const FILES = z.array(z.object({ path: z.string(), rows: ROWS, sha256: z.string() })).default([]);

const RECORD = z.object({
  files: FILES,
  /** Where the first version named them. */
  sources: z.array(z.object({ files: FILES })).default([]),
  /** How the first version named the one file of audit_codes; its rows stand in the metrics. */
  sha256: z.string().optional(),
  operationMetrics: z.looseObject({ numOutputRows: z.string().optional() }).optional(),
});

/** Rows and SHA-256, in hex, of a data file as the commit that adds it recorded them. */
export interface RecordedData {
  readonly rows: number;
  readonly sha256: string;
}

/** What a commit of ours recorded of the files it adds, by path; a text that says why, where that cannot be read. */
export function recordedFiles(info: CommitInfo, adds: readonly AddFile[]): ReadonlyMap<string, RecordedData> | string {
  const parsed = RECORD.safeParse(info);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'cannot be read'}`;
  }
  const { files, sources, sha256, operationMetrics } = parsed.data;
  const named = [...files, ...sources.flatMap((source) => source.files)];
  const recorded = new Map(named.map((file) => [file.path, { rows: file.rows, sha256: file.sha256 }]));
  const [only] = adds;
  if (sha256 !== undefined && only !== undefined && adds.length === 1) {
    recorded.set(only.path, { rows: Number(operationMetrics?.numOutputRows), sha256 });
  }
  return recorded;
}
