import assert from 'node:assert/strict';
import { test } from 'vitest';
import { RejectedFile } from '../../src/source/index.ts';
import { chunksOf, read } from './reading.ts';

const TIME = '2026-01-02T03:04:05Z';
const HEADER = 'time,code,message,user name,user id\n';
const RECORD = `${TIME},90211,m,ana@corp.example,u-1\n`;

async function actors(text: string) {
  const { readings, counts, readSince } = await read(chunksOf(Buffer.from(text), Array(400).fill(7)));
  return { actors: readings.map(({ actorName, reason }) => reason ?? actorName), counts, readSince };
}

test('what stands above the header of each joined export is no record', async () => {
  for (const above of ['#TYPE System.Management.Automation.PSCustomObject', '"#TYPE Selected.X"', 'sep=,', '"sep=,"']) {
    for (const mark of ['', '\uFEFF']) {
      const part = `${mark}${above}\n${HEADER}${RECORD}`;
      const { actors: found, counts, readSince } = await actors(`${mark}${HEADER}${RECORD}${part}${part}`);
      assert.deepEqual(found, Array(3).fill('ana@corp.example'), above);
      assert.deepEqual([counts.repeatedHeaders, counts.bad, readSince], [2, 0, 3]);
    }
  }
});

test('a quoted text that begins like such a line is what it is', async () => {
  const { actors: found } = await actors(`${HEADER}"#TYPE x\n${RECORD}",1\n${RECORD}`);
  assert.deepEqual(found, ['column_count', 'ana@corp.example']);
});

function rejects(text: string, pattern: RegExp) {
  return assert.rejects(
    read(text),
    (error) => error instanceof RejectedFile && error.reason === 'header_not_understood' && pattern.test(error.message),
    text,
  );
}

test('a second header of unknown names, or of another delimiter, ends the file: what follows may be anything', async () => {
  for (const header of [
    'When,Event,Text,By id,By',
    'Zeitpunkt,Kennung,Meldung,Benutzer-ID,Benutzer',
    '日時,種別,内容,番号,誰',
  ]) {
    await rejects(`${HEADER}${RECORD}${header}\n${RECORD}`, new RegExp(`offset 86 .*${header}`));
    await rejects(`${HEADER}${RECORD}\uFEFF${header}\n${RECORD}`, new RegExp(header));
  }
  const semicolons = HEADER.replaceAll(',', ';');
  await rejects(`${HEADER}${RECORD}${semicolons}${RECORD.replaceAll(',', ';')}`, /time;code;message/);
  await rejects(`${HEADER}${RECORD}sep=;\n${semicolons}${RECORD.replaceAll(',', ';')}`, /time;code;message/);
});

test('a broken record is no header', async () => {
  for (const broken of [
    'no time,92042,Created dashboard,x,y',
    'x,code,m,n,o',
    'yesterday,dashboard,a=b,x,y',
    'a,b,c',
    'When,Event,Text',
  ]) {
    const { actors: found } = await actors(`${HEADER}${broken}\n${RECORD}`);
    assert.equal(found.length, 2, broken);
    assert.equal(found[1], 'ana@corp.example', broken);
  }
});
