import type { Mutation } from '../support/mutation.ts';

/** Bugs of the ADLS driver, each a small change of one file. */
export const ADLS_MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a look at the name stands in for the condition': {
    file: 'storage/adls-publication.ts',
    original:
      "{\n  const result = await requests.send(\n    ({ blobs }, abortSignal) =>\n      blobs.getBlockBlobClient(requests.place.name).upload(content, bytes, {\n        conditions: { ifNoneMatch: '*' },",
    mutant:
      "{\n  if ((await blobState(requests)) !== null) return new AdlsFailure(409, 'BlobAlreadyExists', null);\n  const result = await requests.send(\n    ({ blobs }, abortSignal) =>\n      blobs.getBlockBlobClient(requests.place.name).upload(content, bytes, {",
  },
  'a file whose acknowledgement was lost counts as somebody else’s': {
    file: 'storage/adls-publication.ts',
    original: "return present.attempt === attempt ? 'created' : 'exists';",
    mutant: "return 'exists';",
  },
  'a name that is taken counts as the own lost acknowledgement': {
    file: 'storage/adls-publication.ts',
    original: "return present.attempt === attempt ? 'created' : 'exists';",
    mutant: "return 'created';",
  },
  'a read takes whatever file has the name by then': {
    file: 'storage/adls-reading.ts',
    original: 'pin === null ? {} : { ifMatch: quoted(pin) }',
    mutant: '{}',
  },
  'a body that broke off counts as the whole file': {
    file: 'storage/adls-reading.ts',
    original: 'await backOff.wait(error, failure.transient, signal)',
    mutant: 'if (begun) return;\n      await backOff.wait(error, failure.transient, signal)',
  },
  'a listing ends with its first page': {
    file: 'storage/adls-page.ts',
    original: 'continuation = page.continuation;',
    mutant: 'continuation = undefined;',
  },
};
