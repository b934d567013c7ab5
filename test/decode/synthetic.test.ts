import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import type { CodeTemplates } from '../../src/catalogue/index.ts';
import { Decoder } from '../../src/decode/decoder.ts';
import { messageOfAny } from './arbitrary.ts';
import { anyCatalogue } from './arbitrary-catalogue.ts';
import { type Decoded, decodeWith } from './decoded.ts';
import { oracleFor } from './oracle.ts';

const CODE = 91_000;

/** Templates of one code, newest first. */
function codeOf(templates: readonly string[]): CodeTemplates {
  return {
    code: CODE,
    templates: templates.map((text, index) => ({ id: `${CODE}.${'CBA'.at(index - templates.length)}`, text })),
  };
}

/** What a message is read as, by the decoder and by the rules alike. */
function read(templates: readonly string[], message: string): Decoded {
  const catalogue = [codeOf(templates)];
  const found = decodeWith(new Decoder(catalogue), CODE, message);
  assert.equal(JSON.stringify(found), JSON.stringify(oracleFor(catalogue)(CODE, message)), 'the rules say otherwise');
  return found;
}

/** The same in one line, without the template and what is null. */
function line(templates: readonly string[], message: string): string {
  const { status, detail, values, unmapped } = read(templates, message);
  return [status, detail, JSON.stringify(values), unmapped && JSON.stringify(unmapped)].filter(Boolean).join(' ');
}

test('where two variants fit, each in one way, none of them is taken', () => {
  const either = ['Did <{user_name:text}|{object_name:text}>'];
  assert.equal(line(either, 'Did x'), 'ambiguous contested:object_name,user_name {}');
  const types = ['Did by <{user_id:token}|{user_name:text}>, n={device_count:int}'];
  assert.equal(line(types, 'Did by x, n=1'), 'ambiguous contested:user_id,user_name {"device_count":1}');
  assert.equal(line(types, 'Did by x y, n=1'), 'decoded {"user_name":"x y","device_count":1}');
  const constants = ['Did it<{target_scope=all}|{target_scope=one}> by {user_id:token}'];
  assert.equal(line(constants, 'Did it by x'), 'ambiguous contested:target_scope {"user_id":"x"}');
  const last = ['Did <{user_id:token}|x{object_id:token}|{object_name:text} y>'];
  assert.equal(line(last, 'Did xx'), 'ambiguous contested:object_id,user_id {}');
  assert.equal(line(last, 'Did x y'), 'decoded {"object_name":"x"}');
});

test('ways that give the same columns are one way', () => {
  assert.equal(line(['Did <it {user_id:token}|it {user_id:token}>'], 'Did it x'), 'decoded {"user_id":"x"}');
  assert.equal(line(['Did <it {user_id:token}|it {user_id:phrase}>'], 'Did it x'), 'decoded {"user_id":"x"}');
  assert.equal(line(['Did <it{target_scope=all}|it{target_scope=all}>'], 'Did it'), 'decoded {"target_scope":"all"}');
});

test('ways that read the same place otherwise are two', () => {
  const quotes = ['Did, name=<{user_name:quoted}|{user_name:text}>'];
  assert.equal(line(quotes, 'Did, name="x"'), 'ambiguous contested:user_name {}');
  assert.equal(line(quotes, 'Did, name=x'), 'decoded {"user_name":"x"}');
  assert.equal(line(['Did, id=<{user_id:token}|{user_id:text}>'], 'Did, id= x'), 'ambiguous contested:user_id {}');
});

test('an optional segment is taken where the value before it could have swallowed it, if a key tells', () => {
  const keyed = ['Did, name={user_name:text}[, note={error:text}]'];
  assert.equal(line(keyed, 'Did, name=x, note=y'), 'decoded {"user_name":"x","error":"y"}');
  assert.equal(line(keyed, 'Did, name=x, note=y, note=z'), 'ambiguous contested:error,user_name {}');
  const words = ['Did, name={user_name:text}[ on {object_name:text}]'];
  assert.equal(line(words, 'Did, name=x'), 'decoded {"user_name":"x"}');
  assert.equal(line(words, 'Did, name=x on y'), 'ambiguous contested:object_name,user_name {}');
  const unlike = ['Did, name={user_name:text}[; note={error:text}]'];
  assert.equal(line(unlike, 'Did, name=x; note=y'), 'ambiguous contested:error,user_name {}');
  const nested = ['Did[, name={user_name:text}[; note={error:text}]]'];
  assert.equal(line(nested, 'Did, name=x; note=y'), 'ambiguous contested:error,user_name {}');
  assert.equal(line(keyed, 'Did, name=x,-note=y'), 'decoded {"user_name":"x,-note=y"}', 'that is no key');
  const comma = ['Did,{user_name:text}[, note={error:text}]'];
  assert.equal(line(comma, 'Did, note=x'), 'decoded {"user_name":" note=x"}', 'the comma is not part of the value');
  const second = ['Did {user_name:text}, {object_name:text}[, note={error:text}]'];
  assert.equal(line(second, 'Did x, a, note=b'), 'ambiguous contested:error,object_name,user_name {}');
  const closed = ["Did '{user_name:text}'[, note={error:text}']"];
  assert.equal(line(closed, "Did 'x', note=y'"), 'decoded {"user_name":"x","error":"y"}');
  const choice = ['Did, name={user_name:text}[<, note|, hint>={error:text}]'];
  assert.equal(line(choice, 'Did, name=x, hint=y'), 'decoded {"user_name":"x","error":"y"}');
});

test('segments in another order than that of the template are read in more ways than one', () => {
  const templates = ['Did, name={user_name:text}[, note={error:text}][, of={object_name:text}]'];
  assert.equal(line(templates, 'Did, name=a, note=b, of=c'), 'decoded {"user_name":"a","error":"b","object_name":"c"}');
  assert.equal(line(templates, 'Did, name=a, of=b, note=c'), 'ambiguous contested:error,object_name,user_name {}');
});

test('a key that two segments have leaves open which of them it is', () => {
  const templates = ['Did, name={user_name:text}[, note={error:text}][, note={object_name:text}]'];
  assert.equal(line(templates, 'Did, name=a, note=b'), 'ambiguous contested:error,object_name {"user_name":"a"}');
});

test('a list in quotes could have swallowed a segment, one in brackets could not', () => {
  const templates = ['Did, list={roles_granted:list}[, note={error:text}]'];
  assert.equal(line(templates, 'Did, list=[a, note=b]'), 'decoded {"roles_granted":["a","note=b"]}');
  assert.equal(line(templates, 'Did, list="a, b=c"'), 'decoded {"roles_granted":["a","b=c"]}');
  assert.equal(line(templates, 'Did, list="a, note=b"'), 'partial {"roles_granted":["a","note=b"]}');
});

test('a segment whose key stands before words that come again does not decide alone', () => {
  const templates = ['Did {user_name:text}[, n={device_count:int}] on {object_name:text}'];
  const message = 'Did a on b, n=1 on c';
  assert.equal(line(templates, message), 'ambiguous contested:device_count,object_name,user_name {}');
});

test('a count that is contested stays null, however many elements a list has', () => {
  const templates = ['Did {device_ids:tokens}, n=<{device_count:int}|{user_name:text}>'];
  assert.equal(line(templates, 'Did a,b, n=2'), 'ambiguous contested:device_count,user_name {"device_ids":["a","b"]}');
});

test('wordings of one literal may begin with different characters, and may end alike', () => {
  const unlike = ['Did {user_name:text}<, once by |; twice by >{user_id:token}'];
  assert.equal(line(unlike, 'Did x, once by y'), 'decoded {"user_id":"y","user_name":"x"}');
  assert.equal(line(unlike, 'Did x; twice by y'), 'decoded {"user_id":"y","user_name":"x"}');
  assert.equal(line(unlike, 'Did x; twice by y, once by z'), 'decoded {"user_id":"z","user_name":"x; twice by y"}');
  const alike = ['Did {user_name:text}< now|, now>'];
  assert.equal(line(alike, 'Did x now'), 'decoded {"user_name":"x"}');
  assert.equal(line(alike, 'Did x, now'), 'ambiguous contested:user_name {}');
  const keys = ['Did {user_name:text}<, id|; x, id>={user_id:token}'];
  assert.equal(line(keys, 'Did a; x, id=b'), 'ambiguous contested:user_name {"user_id":"b"}');
  const signs = ['Did {user_name:text}<, by |, id=>{user_id:token}'];
  assert.equal(line(signs, 'Did a, id= b'), 'decoded {"user_id":"b","user_name":"a"}');
  assert.equal(line(signs, 'Did a, by  b'), 'unmatched {}');
  const glued = ['Did {user_name:text}group?={group_name:quoted}'];
  assert.equal(line(glued, 'Did xGROUP"y"'), 'decoded {"user_name":"x","group_name":"y"}');
  assert.equal(line(glued, 'Did xgroup="y"'), 'decoded {"user_name":"x","group_name":"y"}');
});

test('a template may end with a key, or hold no value at all', () => {
  assert.equal(line(['Did {user_name:text}, done='], 'Did x, DONE ='), 'decoded {"user_name":"x"}');
  assert.equal(line(['Did {user_name:text}, done='], 'Did x, done=1'), 'partial {} {"done":"1"}');
  assert.equal(line(['Did {user_name:text} now'], 'Did now'), 'unmatched {}', 'the words overlap');
  assert.equal(line(['Did {user_name:text} now'], 'Did  now'), 'decoded {"user_name":""}');
  assert.equal(line(['Did it[ now]'], 'Did it now'), 'decoded {}');
  assert.equal(line(['Did it[ now]'], 'Did it now!'), 'unmatched {}');
  assert.equal(line(['Did it'], 'Did it, n=1'), 'partial possible_new_field:n {} {"n":"1"}');
  assert.equal(line(['name='], 'name=, NAME=x'), 'partial repeated_key {} {"name":["","x"]}');
});

test('a value that occurs again must be the same, blanks after its equals sign aside', () => {
  assert.equal(line(['Did {data_type:kind}/{data_type:kind}'], 'Did a b/a b'), 'decoded {"data_type":"a b"}');
  for (const message of ['Did a/b', 'Did ab/a', 'Did a/ab'])
    assert.equal(line(['Did {data_type:kind}/{data_type:kind}'], message), 'unmatched {}');
  assert.equal(line(['Did, id={user_id:token}, id={user_id:token}'], 'Did, id=a, id= a'), 'decoded {"user_id":"a"}');
  assert.equal(
    line(['Did, id={user_id:token}, id={user_id:token}'], 'Did, id=a, id=b'),
    'partial repeated_key {} {"id":["a","b"]}',
  );
  const text = ['Did, id={user_id:token}, name={user_name:text} of {user_id:token}[ by {object_name:text}]'];
  assert.equal(line(text, 'Did, id=a, name=x of b of a'), 'decoded {"user_id":"a","user_name":"x of b"}');
  assert.equal(line(text, 'Did, id=a, name=x of a of b'), 'partial {"user_id":"a","user_name":"x of a of b"}');
  assert.equal(line(text, 'Did, id=a, name=x of a of a'), 'decoded {"user_id":"a","user_name":"x of a"}');
  assert.equal(
    line(text, 'Did, id=a, name=x of a by y of a'),
    'ambiguous contested:object_name,user_name {"user_id":"a"}',
  );
  const empty = ['Did, id={user_id:token?}, name={user_name:text}, id={user_id:token?}, name={object_name:text}'];
  assert.equal(
    line(empty, 'Did, id=, name=, id=, name=x, id=, name='),
    'ambiguous contested:object_name,user_name {"user_id":""}',
  );
});

test('blanks before an empty value may be those of the words behind it', () => {
  const address = ['Did, ip={ip_address:ip} on {device_count:int}'];
  assert.equal(line(address, 'Did, ip= on 1'), 'decoded {"ip_address":"","device_count":1}');
  assert.equal(line(address, 'Did, ip= ::1 on 1'), 'decoded {"ip_address":"::1","device_count":1}');
  const two = ['Did, ip={ip_address:ip} {value_updated_at:stamp}'];
  assert.equal(line(two, 'Did, ip= a b'), 'ambiguous contested:ip_address,value_updated_at {}');
  const list = ['Did, list={roles_granted:list} on {device_count:int}'];
  assert.equal(line(list, 'Did, list= on 1'), 'decoded {"roles_granted":[],"device_count":1}');
  assert.equal(line(list, 'Did, list= on 1 on 2'), 'decoded {"roles_granted":["on 1"],"device_count":2}');
});

test('what begins with a quote or bracket is no empty value with other words behind it', () => {
  const list = ['Did, list={roles_granted:list} "{user_name:text}"'];
  assert.equal(line(list, 'Did, list= "a"'), 'partial {"roles_granted":["a"]}');
  assert.equal(line(list, 'Did, list= "a" "b"'), 'decoded {"user_name":"b","roles_granted":["a"]}');
  const quoted = ['Did by {user_name:quoted}"{error:text}'];
  assert.equal(line(quoted, 'Did by "a'), 'unmatched {}');
});

test('a value in quotes ends at a quote that is not the one it begins with', () => {
  const list = ['Did, list={roles_granted:list} by {user_name:text}'];
  assert.equal(line(list, 'Did, list=" by a" by b'), 'decoded {"user_name":"b","roles_granted":["by a"]}');
  const quoted = ['Did {user_name:text} by {error:quoted} now{object_name:text}'];
  assert.equal(
    line(quoted, 'Did a by "b" now by "c now'),
    'decoded {"user_name":"a","error":"b","object_name":" by \\"c now"}',
  );
});

test('a bare list may begin with an equals sign, whatever word stands before it', () => {
  assert.equal(line(['Did by {roles_granted:list}'], 'Did by =a'), 'decoded {"roles_granted":["=a"]}');
  assert.equal(line(['Did by {roles_granted:list}'], 'Did by a =b'), 'partial {} {"a":"b"}');
  const name = ['Did {user_name:text} {roles_granted:list}'];
  assert.equal(line(name, 'Did x a=b'), 'partial {} {"a":"b"}');
  assert.equal(line(name, 'Did x =a'), 'decoded {"user_name":"x","roles_granted":["=a"]}');
  assert.equal(line(name, 'Did x y =a'), 'decoded {"user_name":"x y","roles_granted":["=a"]}');
  assert.equal(line(name, 'Did x y z,=a'), 'ambiguous contested:roles_granted,user_name {}');
  const glued = ['Did {user_name:text}x{roles_granted:list}'];
  assert.equal(line(glued, 'Did axbx1=c'), 'decoded {"user_name":"axb","roles_granted":["1=c"]}');
  assert.equal(line(glued, 'Did axbxy1=c'), 'partial {} {"axbxy1":"c"}');
  assert.equal(line(['Did x{roles_granted:list}'], 'Did x1=a'), 'decoded {"roles_granted":["1=a"]}');
  assert.equal(line(['Did x{roles_granted:list}'], 'Did xy1=a'), 'partial {} {"xy1":"a"}');
});

test('a number too large for its column stands where it stood among the other pairs', () => {
  assert.equal(
    line(['Ran, n={device_count:int}'], 'Did, a=1, n=2147483648, b=2'),
    'partial out_of_range:device_count {} {"a":"1","device_count":"2147483648","b":"2"}',
  );
  assert.equal(line(['Ran, n={device_count:int}'], 'Did, n=2147483647'), 'partial {"device_count":2147483647}');
  const list = ['Did, n={device_count:int}, list={device_ids:tokens}'];
  assert.equal(
    line(list, 'Did, n=2147483648, list=a'),
    'decoded out_of_range:device_count {"device_ids":["a"]} {"device_count":"2147483648"}',
  );
});

test('a newer key in an older text contests every column that newer templates give it', () => {
  const templates = [
    'Did it, name={user_name:text}, note={error:text}, x={device_count:int}',
    'Did that, name={user_name:text}, note={object_name:text}',
    'Did, name={user_name:text}',
  ];
  const message = 'Did, name=a, note=b';
  assert.equal(line(templates, message), 'ambiguous contested:error,object_name,user_name {}');
  assert.equal(read(templates, message).template_id, null);
  assert.equal(line(templates, 'Did, name=a, word=b'), 'decoded possible_new_field:word {"user_name":"a, word=b"}');
  assert.equal(line(templates, 'Did, name=a, note=b, word=c'), 'ambiguous contested:error,object_name,user_name {}');
});

test('a list that ends a contested message and does not close may be cut, if its key is that of a list', () => {
  const templates = [
    'Did it, name={user_name:text}, note={error:text}, list={roles_granted:list}, ids={device_ids:tokens}',
    'Did, name={user_name:text}',
  ];
  const contested = 'contested:error,user_name';
  const lists = 'contested:error,roles_granted,user_name';
  assert.equal(line(templates, 'Did, name=a, note=[b, c'), `ambiguous ${contested} {}`);
  assert.equal(line(templates, 'Did, name=a, note=b, word=[c, d'), `ambiguous ${contested} {}`);
  assert.equal(line(templates, 'Did, name=a, note=b, list=[c, d'), `ambiguous ${lists};possibly_cut:roles_granted {}`);
  assert.equal(line(templates, 'Did, name=a, note=b, list=[c'), `ambiguous ${lists} {}`);
  assert.equal(
    line(templates, 'Did, name=a, ids="b, c'),
    'ambiguous contested:device_ids,user_name;possibly_cut:device_ids {}',
  );
});

test('a list behind words that does not close may be cut', () => {
  const templates = ['Did, name={user_name:text} on {device_count:int} <devices|device> with uids {device_ids:tokens}'];
  const name = '"user_name":"x on 2 devices with uids [a,';
  assert.equal(
    line(templates, 'Did, name=x on 2 devices with uids [a'),
    'partial {"user_name":"x on 2 devices with uids [a"}',
  );
  assert.equal(
    line(templates, 'Did, name=x on 2 devices with uids [a, b'),
    `partial possibly_cut:device_ids {${name} b"}`,
  );
  assert.equal(
    line(templates, 'Did, name=x on 1 device with uids "a,'),
    'partial possibly_cut:device_ids {"user_name":"x on 1 device with uids \\"a,"}',
  );
  const last = 'Did, name=x on 2 devices with uids [a, b on 1 devices with uids [c';
  assert.equal(line(templates, last), `partial {${name} b on 1 devices with uids [c"}`, 'the last words count');
  assert.equal(line(['{user_count:int} users: {user_ids:tokens}'], 'another[a, b'), 'unmatched {}');
  assert.equal(
    line(['{user_count:int} users: {user_ids:tokens}'], '2 users: [a, b'),
    'unmatched possibly_cut:user_ids {}',
  );
});

test('an unknown tail must leave one way', () => {
  const templates = ['Did by {user_id:token}', 'Did <by {user_id:token}|by {object_id:token}>'];
  const [newest, older] = templates as [string, string];
  assert.equal(line([newest], 'Did by a, n=1'), 'partial possible_new_field:n {"user_id":"a"} {"n":"1"}');
  assert.equal(line([older, newest], 'Did by a, n=1'), 'partial possible_new_field:n {"user_id":"a"} {"n":"1"}');
  assert.equal(line([older], 'Did by a, n=1'), 'partial {} {"n":"1"}');
  const list = ['Did by {roles_granted:list}'];
  assert.equal(
    line(list, 'Did by a, n=1, m=2'),
    'partial possible_new_field:m,n {"roles_granted":["a"]} {"n":"1","m":"2"}',
  );
  const key = ['Did by {user_id:token}', 'Ran, n='];
  assert.equal(line(key, 'Did by a, n=1'), 'partial {} {"n":"1"}', 'a key that stands before no value is known');
});

test('a template may have any number of values', () => {
  const fields = [
    'user_id',
    'user_name',
    'session_id',
    'error',
    'role_id',
    'role_name',
    'view_domain',
    'grantee',
    'main_role',
  ];
  const more = [
    'expiration',
    'group_name',
    'rank',
    'old_email',
    'new_email',
    'object_id',
    'object_name',
    'permission',
    'data_type',
  ];
  const all = [...fields, ...more];
  const template = `Did${all.map((field, index) => `, k${index}={${field}:token}`).join('')}`;
  const message = `Did${all.map((_, index) => `, k${index}=v${index}`).join('')}`;
  const { status, values } = read([template], message);
  assert.equal(status, 'decoded');
  assert.deepEqual(values, Object.fromEntries(all.map((field, index) => [field, `v${index}`])));
});

const REFUSED: Readonly<Record<string, RegExp>> = {
  'Did {user_name:text}{user_id:token}': /^template 91000\.A: expected text between user_id and the value before it$/,
  'Did {user_name:text}[ x]{user_id:token}': /expected text between user_id and the value before it/,
  'Did {user_name:text}{user_name=x}': /user_name is both a value and implied/,
  'Did {user_name:text}, {user_name:text}': /user_name occurs again/,
  'Did {user_id:token}, {user_id:token?}': /user_id occurs again/,
  'Did {user_name:text}, {user_id:token}, {user_id:token}': /user_id occurs again/,
  'Did {user_name:int}': /user_name holds text, and int is a number/,
  'Did {device_count:token}': /device_count holds a number, and token is text/,
  'Did {user_name:list}': /user_name holds text, and list is a list/,
};

test('a template that could not be read is refused when the decoder starts', () => {
  for (const [text, problem] of Object.entries(REFUSED)) {
    assert.throws(() => new Decoder([codeOf([text])]), { message: problem }, text);
  }
});

test('the decoder reads any catalogue as the rules do when every way is enumerated', () => {
  const readable = anyCatalogue.filter((catalogue) => {
    try {
      return new Decoder(catalogue).steps === 0;
    } catch (error) {
      if (error instanceof Error && error.message.includes('occurs again')) return false;
      throw error;
    }
  });
  const anyReading = readable.chain((catalogue) => {
    const messages = fc.constantFrom(...catalogue).chain((row) => fc.tuple(fc.constant(row.code), messageOfAny(row)));
    return fc.tuple(fc.constant(catalogue), fc.array(messages, { minLength: 10, maxLength: 20 }));
  });
  fc.assert(
    fc.property(anyReading, ([catalogue, messages]) => {
      const decoder = new Decoder(catalogue);
      const oracle = oracleFor(catalogue);
      for (const [code, message] of messages) {
        const found = decodeWith(decoder, code, message);
        assert.equal(JSON.stringify(found), JSON.stringify(oracle(code, message)), `${code} ${message}`);
      }
    }),
    { numRuns: 400 },
  );
});
