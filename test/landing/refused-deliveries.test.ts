import assert from 'node:assert/strict';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, it } from 'vitest';
import { MemoryStorage } from '../support/memory-storage.ts';
import { delivery, receiverOf, record, said } from './deliveries.ts';

const ONE = JSON.stringify(record());

async function send(body: unknown, headers = {}, options = {}) {
  const storage = new MemoryStorage();
  const received = await receiverOf(storage, options).receive(delivery(body, headers));
  return { ...said(received), status: received.answer.status, kept: storage.paths().length };
}

describe('a delivery that is no JSON in UTF-8', () => {
  it('is refused whatever other form of an export it is in', async () => {
    const csv = 'time,code,message\n2026-03-01T10:00:00.123Z,90211,hello\n';
    for (const body of [
      csv,
      csv.replaceAll(',', '\t'),
      `${csv}{}\n${ONE}\n`,
      `hello\n${ONE}\n`,
      '<html></html>',
      '[2026-03-01 10:00:00] [Portal|Login|20101|ana] hello',
      `{"time":"2026","co\n{"code":\n`,
      `[\n${ONE},\n${ONE}\n`,
      Buffer.from(`\uFEFF${ONE}`, 'utf16le'),
      Buffer.from(ONE, 'utf16le'),
      Buffer.from(`\uFEFF${ONE}`, 'utf16le').swap16(),
      Buffer.from(`${ONE}\n${ONE.replace('User', 'Üser')}\n`, 'latin1'),
    ]) {
      const { status, kept } = await send(body);
      assert.deepEqual([status, kept], [400, 0], String(body));
    }
  });

  it('is refused where it is compressed and no header says so, before anything is decompressed', async () => {
    const bomb = gzipSync(`${ONE}\n`.repeat(200_000));
    for (const body of [
      gzipSync(ONE),
      zstdCompressSync(ONE),
      gzipSync(gzipSync(ONE)),
      bomb,
      Buffer.from('PK\x03\x04'),
    ]) {
      const began = performance.now();
      const { status, kept, detail } = await send(body);
      assert.deepEqual([status, kept], [415, 0]);
      assert.match(detail, /Content-Encoding/);
      assert.ok(performance.now() - began < 1000);
    }
    const within = await send(gzipSync(gzipSync(ONE)), { 'content-encoding': 'gzip' });
    assert.deepEqual([within.status, within.kept], [415, 0]);
  });

  it('is refused where a line behind a damaged one is nested too deep', async () => {
    const deep = `{"a":${'['.repeat(40)}${']'.repeat(40)}}`;
    const found = await send(`${ONE}\n{"time":"2026","co\n${deep}\n`);
    assert.deepEqual([found.status, found.kept, found.line], [400, 0, 3]);
  });
});

describe('a delivery of which no record is understood', () => {
  it('is told what its only record lacks, though it has the names', async () => {
    const cases = [
      [ONE.replace('{', '{"time":"2026-03-01T10:00:00.123Z",'), 'duplicate_key', /each name once/],
      [ONE.replace('{', '{"x":1,"x":2,'), 'duplicate_key', /each name once/],
      [ONE.replace('User', '\\ud800User'), 'invalid_utf8', /whole characters/],
      [ONE.replace('{', '{"\\ud800":1,'), 'invalid_utf8', /whole characters/],
    ] as const;
    for (const [body, reason, text] of cases) {
      for (const form of [body, `\uFEFF ${body}\n`, `[${body}]`]) {
        const found = await send(form);
        assert.deepEqual([found.status, found.kept, found.reasons], [422, 1, { [reason]: 1 }], form);
        assert.match(found.detail, text);
        assert.ok(!found.detail.includes('no name for'));
      }
    }
  });

  it('is told that it was kept, and what takes it in', async () => {
    const { detail, landed } = await send({ when: 'x', text: 'y' });
    assert.ok(detail.includes(`kept in ${landed}`));
    assert.match(detail, /audit-lake ingest --rejected takes in what was kept/);
    assert.doesNotMatch(detail, /then send it again/);
  });

  it('names of the required names those that are missing alone', async () => {
    const { detail } = await send({ data: [{ time: '2026-03-01T00:00:00Z', code: 1, text: 'y' }] });
    assert.match(detail, /no name for message\./);
  });

  it('is not read further than to see what is wrong', async () => {
    for (const body of ['{}\n'.repeat(300_000), `[${'{},'.repeat(300_000)}{}]`]) {
      const found = await send(body);
      assert.deepEqual([found.status, found.kept, found.records, found.more], [422, 1, 1000, true]);
    }
    const mixed = await send(`${ONE}\n${'{}\n'.repeat(300_000)}`);
    assert.deepEqual([mixed.status, mixed.records, mixed.bad, mixed.more], [202, 1001, 1000, true]);
  });
});

describe('a sender that is slow', () => {
  it('gives its place to others soon where they wait, and has its time where none does', async () => {
    const receiver = receiverOf(new MemoryStorage(), {}, { times: { bodyMs: 3000, crowdedMs: 20 } });
    const slow = () => ({
      ...delivery(''),
      body: (async function* () {
        yield Buffer.from('{');
        await new Promise(() => undefined);
      })(),
    });
    const began = performance.now();
    const others = Array.from({ length: 64 }, () => receiver.receive(slow()));
    assert.equal((await receiver.receive(delivery(record()))).answer.status, 202);
    assert.ok(performance.now() - began < 1500);
    const answers = await Promise.all(others);
    assert.ok(answers.every(({ answer }) => answer.status === 408));
    assert.ok(performance.now() - began >= 2900);
  });
});
