import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { run } from '../support/cli.ts';

describe('audit-lake columns', () => {
  it('lists what columns mean, needs no lake, and says how many there are', async () => {
    const { code, stdout } = await run(['columns', 'roles', 'account']);
    assert.equal(code, 0);
    assert.match(stdout, /^audit_events +roles_granted +list +\["Service desk L1"\] +The roles that the account got/m);
    assert.match(stdout, /^\d+ of \d+ columns; one that is named exactly shows all of it: audit-lake columns \w+$/m);
  });

  it('shows everything of a column that is named exactly', async () => {
    const { stdout } = await run(['columns', 'decode_status']);
    for (const fact of [
      /^audit_events\.decode_status$/m,
      /VARCHAR in DuckDB, varchar\(128\) in Synapse, string in/,
      /values +decoded, /,
    ])
      assert.match(stdout, fact);
    const codes = (await run(['columns', 'roles_granted'])).stdout;
    assert.match(codes.replaceAll(/\s+/g, ' '), /codes 91011 user\.updated, 91012 user\.created/);
  });

  it('gives them in every format', async () => {
    const json = JSON.parse((await run(['columns', 'actor_name', '--json'])).stdout);
    assert.deepEqual([json.length, json[0].name, json[0].person], [1, 'actor_name', 'name']);
    const csv = (await run(['columns', 'actor_name', '--format', 'csv'])).stdout;
    assert.match(csv, /^view,column,type,/);
  });

  it('says in one line that there is none, and which was meant', async () => {
    const { code, stdout, stderr } = await run(['columns', 'actr_name']);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^[^\n]*no column holds "actr_name"[^\n]*; did you mean actor_name\?\n$/);
  });
});
