import { isUtf8 } from 'node:buffer';
import { transcoderOf } from './transcoding.ts';

/** An encoding that a text may be in, and how a word of it reads then. */
export interface Guess {
  readonly encoding: string;
  readonly example: string;
}

const MOST_GUESSES = 3;
const LONGEST_EXAMPLE = 24;
/** What a text of one script may hold of another. */
const MOST = 0.9;
/** In one alphabet, letters of one case are so many of the bytes, and letters of both. */
const MANY = 0.55;
const LETTERS = 0.8;

/** Bytes that are letters of Central Europe in windows-1250, and signs or nothing in windows-1252. */
const CENTRAL_EUROPEAN: ReadonlySet<number> = new Set([
  ...[0x8d, 0x8f, 0x9d, 0xa3, 0xa5, 0xaa, 0xaf, 0xb3, 0xb9, 0xba, 0xbc, 0xbe, 0xbf],
]);
const MULTI_BYTE = ['gb18030', 'shift_jis', 'euc-kr', 'big5', 'euc-jp'] as const;
/** What texts in these encodings are made of; by chance bytes seldom give only such characters. */
const EAST_ASIAN = /^[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{ASCII}\u3000-\u303f\u30fc\uff01-\uff5e]+$/u;
const HALF_WIDTH = /[\uff61-\uff9f]/gu;
const KANA = /[\p{sc=Hira}\p{sc=Kana}\u30fc]/u;
/** Characters that are frequent in texts of an encoding. */
const FREQUENT: Readonly<Record<(typeof MULTI_BYTE)[number], RegExp>> = {
  gb18030: /[的一是用户管理名中文已登录删除更新]/u,
  big5: /[的一是用戶管理名中文已登入刪除更新]/u,
  'euc-kr': /[가-힣]/u,
  shift_jis: KANA,
  'euc-jp': KANA,
};

/**
 * The encodings that words are likely to be in, the likeliest first; never what decides how a text is read, only what a person is
 * asked.
 * @param words runs of letters with bytes in them that are no UTF-8
 */
export function likelyEncodings(words: readonly Uint8Array[]): readonly Guess[] {
  const shape = shapeOf(words);
  const isLatin = (shape.run < 1.6 || shape.mixed >= 0.5) && !isShiftJis(words);
  const likely = isLatin ? ofLatin(shape) : ofOtherScript(words, shape);
  const guesses = likely.flatMap((encoding) => guess(encoding, words));
  // Where two read all words alike, the second is no other answer.
  const texts = guesses.map(({ text }) => text);
  return guesses.filter(({ text }, at) => texts.indexOf(text) === at).slice(0, MOST_GUESSES);
}

/** Its characters hold ASCII letters, and end in the middle of what looks like a word. */
function isShiftJis(words: readonly Uint8Array[]): boolean {
  const decoder = new TextDecoder('shift_jis');
  return words.filter((word) => KANA.test(decoder.decode(word).replaceAll(HALF_WIDTH, ''))).length > words.length / 2;
}

interface Shape {
  /** Bytes beyond ASCII in a row, on average. */
  readonly run: number;
  /** The part of the words that hold ASCII letters too. */
  readonly mixed: number;
  /** The part of the bytes beyond ASCII between two values, both included. */
  share(from: number, to: number): number;
  readonly isCentralEuropean: boolean;
}

function shapeOf(words: readonly Uint8Array[]): Shape {
  const counts = new Float64Array(256);
  let runs = 0;
  let mixed = 0;
  for (const word of words) {
    for (const [at, byte] of word.entries()) {
      counts[byte]!++;
      if (byte >= 0x80 && (word[at - 1] ?? 0) < 0x80) runs++;
    }
    if (word.some((byte) => byte < 0x80)) mixed++;
  }
  const sum = (from: number, to: number) => counts.subarray(from, to + 1).reduce((total, count) => total + count, 0);
  const beyondAscii = Math.max(1, sum(0x80, 0xff));
  return {
    run: beyondAscii / Math.max(1, runs),
    mixed: mixed / Math.max(1, words.length),
    share: (from, to) => sum(from, to) / beyondAscii,
    isCentralEuropean: [...CENTRAL_EUROPEAN].some((byte) => counts[byte]! > 0),
  };
}

function ofLatin({ share, isCentralEuropean }: Shape): readonly string[] {
  if (share(0x80, 0x9f) > 0.6) return ['macintosh', 'windows-1252'];
  return isCentralEuropean ? ['windows-1250', 'windows-1252'] : ['windows-1252', 'windows-1250', 'windows-1254'];
}

function ofOtherScript(words: readonly Uint8Array[], { share }: Shape): readonly string[] {
  // Lower case outweighs upper: windows-1251 has it from E0 on, KOI8-R from C0 to DF, code page 866 from A0 to AF and E0 to EF.
  const single =
    share(0xe0, 0xff) > MANY && share(0xc0, 0xff) > LETTERS
      ? ['windows-1251', 'windows-1253', 'windows-1255']
      : share(0xc0, 0xdf) > MANY && share(0xc0, 0xff) > LETTERS
        ? ['koi8-r', 'windows-1256']
        : share(0x80, 0xaf) + share(0xe0, 0xef) > MOST && share(0xa0, 0xaf) > 0.3
          ? ['ibm866']
          : [];
  if (single.length > 0) return single;
  if (isShiftJis(words)) return ['shift_jis'];
  const several = MULTI_BYTE.map((encoding) => ({ encoding, fit: fitOf(encoding, words) })).filter(
    ({ fit }) => fit > MOST,
  );
  if (several.length > 0) return several.toSorted((a, b) => b.fit - a.fit).map(({ encoding }) => encoding);
  return ['windows-1256', 'windows-874', 'windows-1252'];
}

/** How much of the words are texts in an encoding: beyond 1 where characters that are frequent stand in them. */
function fitOf(encoding: (typeof MULTI_BYTE)[number], words: readonly Uint8Array[]): number {
  const texts = words.map((word) => textOf(encoding, word)).filter((text) => text !== null && EAST_ASIAN.test(text));
  const frequent = texts.filter((text) => text !== null && FREQUENT[encoding].test(text));
  return (texts.length + frequent.length) / Math.max(1, words.length);
}

function guess(encoding: string, words: readonly Uint8Array[]): readonly (Guess & { readonly text: string })[] {
  const texts = words.map((word) => textOf(encoding, word) ?? '');
  const longest = texts.reduce((best, text) => (text.length > best.length ? text : best), '');
  return longest === '' ? [] : [{ encoding, example: shown(longest), text: texts.join(' ') }];
}

/** A word in an encoding; null where it means nothing there. */
function textOf(encoding: string, word: Uint8Array): string | null {
  const transcoder = transcoderOf(encoding);
  const bytes = Buffer.concat([transcoder.push(word), transcoder.end()]);
  return isUtf8(bytes) ? bytes.toString() : null;
}

function shown(text: string): string {
  const short = [...text].slice(0, LONGEST_EXAMPLE).join('');
  return JSON.stringify(short.replaceAll(/[\p{C}\p{Z}]/gu, '·'));
}
