import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'vitest';
import { documents, exists, read, withoutBlocks } from './documents.ts';

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(document: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutBlocks(document).matchAll(/^#{1,6} (.*)$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = text.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
    let [name, again] = [anchor, 0];
    while (anchors.has(name)) name = `${anchor}-${++again}`;
    anchors.add(name);
  }
  return anchors;
}

/** Every link of a document into the repository: the file and, where it names one, the anchor. */
function linksOf(file: string): { link: string; target: string; anchor: string | undefined }[] {
  const text = withoutBlocks(read(file)).replaceAll(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [place = '', anchor] = link.split('#');
    const target = place === '' ? file : path.join(path.dirname(file), place);
    return [{ link: `${file}: ${link}`, target, anchor }];
  });
}

test('every link from a document into the repository leads somewhere', () => {
  const links = documents().flatMap(linksOf);
  assert.ok(links.length > 20);
  const broken = links.filter(({ target, anchor }) => {
    if (target.startsWith('..') || !exists(target)) return true;
    return anchor !== undefined && !anchorsOf(read(target)).has(anchor);
  });
  assert.deepEqual(
    broken.map(({ link }) => link),
    [],
  );
});

test('the README leads to every document in docs', () => {
  const linked = new Set(linksOf('README.md').map(({ target }) => path.normalize(target)));
  const missing = documents().filter((file) => path.dirname(file) === 'docs' && !linked.has(file));
  assert.deepEqual(missing, []);
});
