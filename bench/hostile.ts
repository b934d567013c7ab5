import { catalogueOf } from '../src/catalogue/index.ts';
import { Decoder } from '../src/decode/index.ts';
import { textTable } from '../src/present/text-table.ts';

/** Messages made to be slow: per name, the code and a text that grows with n. */
const MESSAGES: Readonly<Record<string, readonly [number, (n: number) => string]>> = {
  'false markers in a name': [
    91181,
    (n) => `Granted access to content, ID=c, name=${', role_id=r, role_name=x'.repeat(n)}, permission=view`,
  ],
  'counts inside counts': [
    94011,
    (n) =>
      `Web request manual execution of remote action, source=x, ID=a, name=y${' on 2 devices with uids d'.repeat(n)}`,
  ],
  'a list of many elements': [91012, (n) => `Created user, id=a, name=x, roles_granted=[${'role, '.repeat(4 * n)}r]`],
  'brackets that never close': [91012, (n) => `Created user, id=a, name=x, roles_granted=${'['.repeat(24 * n)}`],
  'quotes that never close': [
    90213,
    (n) => `User failed login attempt, id=a, name=x, error="${', error="'.repeat(3 * n)}`,
  ],
  'unknown fields': [
    91011,
    (n) => `Updated user, id=a, name=x, roles_granted=[], roles_revoked=[]${', w=1'.repeat(5 * n)}`,
  ],
};
/** About a quarter of a megabyte, and four times that. */
const SIZE = 11_000;

/** How long hostile messages take at a quarter and at a whole megabyte; linear work takes four times as long. */
export function hostileTable(): string {
  const decoder = new Decoder(catalogueOf('infinity'));
  const rows = Object.entries(MESSAGES).map(([name, [code, message]]) => {
    const small = milliseconds(decoder, code, message(SIZE));
    const large = milliseconds(decoder, code, message(4 * SIZE));
    return [name, small.toFixed(0), large.toFixed(0), (large / small).toFixed(1)];
  });
  return textTable(['hostile message', 'ms at 0.25 MB', 'ms at 1 MB', 'ratio'], rows, [false, true, true, true]);
}

/** The best of three, so that a pause of the machine does not count. */
function milliseconds(decoder: Decoder, code: number, message: string): number {
  const bytes = Buffer.from(message);
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    decoder.decode(code, bytes, 0, bytes.length);
    return performance.now() - start;
  });
  return Math.min(...times);
}
