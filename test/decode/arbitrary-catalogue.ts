import fc from 'fast-check';
import type { CodeTemplates } from '../../src/catalogue/index.ts';
import type { ValueType } from '../../src/decode/value.ts';

/** Which fields a value of a type may fill; few, so that templates contend for them. */
const FIELDS_OF: Readonly<Record<ValueType, readonly string[]>> = {
  token: ['user_id', 'object_id', 'role_id', 'session_id', 'user_name'],
  'token?': ['object_id', 'request_id', 'object_id'],
  ip: ['ip_address'],
  int: ['device_count', 'user_count', 'inventory_retention_days', 'operational_retention_days'],
  phrase: ['permission', 'object_subtype', 'object_name'],
  kind: ['data_type', 'target_object_type', 'data_type', 'permission'],
  stamp: ['value_updated_at', 'updated_by'],
  quoted: ['error', 'group_name', 'main_role', 'rank', 'user_name'],
  text: ['user_name', 'object_name', 'role_name', 'previous_user_name', 'target_user_name', 'error'],
  list: ['device_names', 'roles_granted', 'roles_revoked', 'permissions_granted'],
  tokens: ['device_ids', 'user_ids'],
};

/** Free texts and lists are where a message can be read in two ways, so they come more often. */
const TYPES: readonly ValueType[] = [
  ...(Object.keys(FIELDS_OF) as ValueType[]),
  ...(['text', 'text', 'text', 'quoted', 'list', 'tokens', 'token', 'int'] as const),
];

const KEYED = [', name=', ', name=', ', id=', ', ID=', ', n=', ', list=', ' id=', ', name?=', '; x='];
const UNKEYED = [' on ', ' by ', ' with ', ', ', ' ', ': ', " '", ' (', '/', ' <a|b|a b> '];
const CLOSING = ['', '', '', '', "'", ')', ' days', '.', '"'];
/** The last two begin with a value that may come again. */
const OPENING = [
  ...['Did', 'Did it', 'Ran', '<Did|Ran>', '<Did|Did it>', 'name='],
  ...['Did {data_type:kind}/it', 'Did, id={object_id:token?}, it'],
];
const WORDINGS = [
  '< by hand{target_scope=hand}| by rule{target_scope=rule}>',
  '<, once{target_scope=once}|>',
  '[, twice{target_scope=twice}]',
  '< now|, now>',
  '[ now]',
];

/** A value and the fixed text before and behind it. */
const place: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...KEYED, ...UNKEYED), fc.constantFrom(...TYPES), fc.nat(9), fc.constantFrom(...CLOSING))
  .map(([before, type, index, after]) => {
    const fields = FIELDS_OF[type];
    return `${before}{${fields[index % fields.length]}:${type}}${after}`;
  });

const places = fc.array(place, { minLength: 1, maxLength: 2 }).map((all) => all.join(''));

const segment: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: place },
  { weight: 3, arbitrary: places.map((text) => `[${text}]`) },
  { weight: 1, arbitrary: fc.tuple(place, place).map(([one, other]) => `[${one}[${other}]]`) },
  { weight: 2, arbitrary: fc.tuple(places, places).map((choices) => `<${choices.join('|')}>`) },
  { weight: 1, arbitrary: fc.constantFrom(...WORDINGS) },
);

/** The templates of a code, newest first: each newer one goes on where the older ends, or is another altogether. */
const texts: fc.Arbitrary<readonly string[]> = fc
  .tuple(
    fc.constantFrom(...OPENING),
    fc.array(segment, { maxLength: 3 }),
    fc.array(fc.tuple(fc.nat(3), fc.array(segment, { minLength: 1, maxLength: 2 })), { maxLength: 2 }),
  )
  .map(([opening, oldest, additions]) => {
    let segments = oldest;
    const all = [segments];
    for (const [keep, added] of additions) {
      segments = [...(keep === 0 ? segments.slice(1) : segments), ...added];
      all.unshift(segments);
    }
    return all.map((each) => `${opening}${each.join('')}`);
  });

/** A catalogue of one to three codes. */
export const anyCatalogue: fc.Arbitrary<readonly CodeTemplates[]> = fc
  .array(texts, { minLength: 1, maxLength: 3 })
  .map((codes) =>
    codes.map((each, index) => {
      const code = 91_000 + index;
      return { code, templates: each.map((text, at) => ({ id: `${code}.${'CBA'.at(at - each.length)}`, text })) };
    }),
  );
