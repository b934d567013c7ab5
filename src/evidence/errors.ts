import { TableError } from '../table/index.ts';

/** The evidence of a version is there and says something else than its commit and the evidence before it give. */
export class EvidenceConflict extends TableError {}

/** The evidence of a version cannot be written, or not be read: it is missing, cut off or edited, or its commit is gone. */
export class BrokenEvidence extends TableError {}
