import { otherFormat } from './foreign-format.ts';

const AS_CSV = 'export it as CSV (in Excel: Save As, CSV UTF-8)';

/** Names of entries that only such documents have, mostly as their first ones. */
const PARTS = /^(?:\[Content_Types\]\.xml|_rels\/\.rels|(?:xl|word|ppt|docProps)\/.+|mimetype)$/;

/** What their first entries say of the kind: the types of content, the relations, or the name of the part itself. */
const KINDS: readonly (readonly [name: string, says: RegExp])[] = [
  ['an Excel workbook (.xlsx)', /spreadsheetml|ms-excel|xl\//],
  ['a Word document (.docx)', /wordprocessingml|ms-word|word\//],
  ['a PowerPoint presentation (.pptx)', /presentationml|ms-powerpoint|ppt\//],
  ['an OpenDocument spreadsheet (.ods)', /opendocument\.spreadsheet/],
  ['an OpenDocument file (.odt, .odp)', /opendocument/],
  ['an e-book (.epub)', /epub/],
];

/**
 * Office documents are ZIP archives: they are told by the names in them.
 * @param label the name of an entry
 * @param head how its content begins
 * @throws RejectedFile `other_format` where it is a part of one
 */
export function refuseOfficeDocument(label: string, head: Buffer): void {
  if (label === 'META-INF/MANIFEST.MF') {
    throw otherFormat('a Java archive (.jar)', 'this is no audit log export: leave it out with --exclude');
  }
  if (!PARTS.test(label)) return;
  const said = `${label} ${head.toString('latin1')}`;
  const kind = KINDS.find(([, says]) => says.test(said))?.[0] ?? 'an Office document (.xlsx, .docx, .ods, …)';
  throw otherFormat(kind, AS_CSV);
}
