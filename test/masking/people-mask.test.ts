import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { PeopleMask } from '../../src/masking/index.ts';

const KEY = { id: '00000000', bytes: new Uint8Array(32).fill(7) };
const PSEUDONYM = /^person-[0-9a-f]{15}$/;

const mask = (people: readonly string[], reveal: readonly string[] = []) => new PeopleMask(KEY, people, reveal);

/** Whether a text has a name as a word of its own, in whatever letter case: what an erasure calls a mention. */
function mentions(text: string, name: string): boolean {
  const pattern = name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}\\p{N}])`, 'iu').test(text);
}

describe('a pseudonym', () => {
  it('is stable, the same in every letter case and form of Unicode, and another for another name', () => {
    const people = mask([]);
    const made = people.person('Zoë.Quist@corp.example');
    assert.match(made, PSEUDONYM);
    const others = ['zoë.quist@corp.example', 'ZOË.QUIST@CORP.EXAMPLE', 'Zoë.Quist@corp.example'.normalize('NFD')];
    for (const other of others) assert.equal(people.person(other), made);
    assert.notEqual(people.person('zoe.quist@corp.example'), made);
    assert.notEqual(new PeopleMask({ ...KEY, bytes: new Uint8Array(32) }, []).person('zoe'), people.person('zoe'));
  });

  it('is what every version makes of a key and a name', () => {
    assert.equal(mask([]).person('chidi.obi@corp.example'), 'person-7be63e4c071df1a');
  });

  it('of nothing is nothing', () => {
    assert.equal(mask([]).person(''), '');
  });

  it('is of no other among many', () => {
    const people = mask([]);
    const made = new Set(Array.from({ length: 100_000 }, (_, index) => people.person(`person ${index}`)));
    assert.equal(made.size, 100_000);
  });
});

describe('a text that may name anybody', () => {
  it('has pseudonyms in place of every name of the lake, as a word of its own, in any letter case', () => {
    const people = mask(['Chidi Obi', 'chidi.obi@corp.example', 'CORP\\dana', 'li']);
    const shown = people.text('CHIDI OBI (Chidi.Obi@corp.example), corp\\Dana: chidiobi, Chidi Obiwan');
    const name = people.person('Chidi Obi');
    const mail = people.person('chidi.obi@corp.example');
    assert.equal(shown, `${name} (${mail}), ${people.person('CORP\\dana')}: chidiobi, Chidi Obiwan`);
  });

  it('has them for what is written as a name though nobody is called so', () => {
    const people = mask([]);
    const mail = people.person('new.one@corp.example');
    assert.equal(people.text('for new.one@corp.example.'), `for ${mail}.`);
    assert.equal(people.text('mailto:new.one@corp.example'), `mailto:${mail}`);
    assert.equal(people.text('"CORP\\\\eve"'), `"${people.person('CORP\\eve')}"`);
    assert.equal(people.text('by s-1-5-21-1-2-3, x'), `by ${people.person('S-1-5-21-1-2-3')}, x`);
    const plain = ['10:00 @ noon', 'a@', 'S-1', 'PASS-1-2', 'C:\\', 'v1.2', ''];
    for (const text of plain) assert.equal(people.text(text), text);
  });

  it('has them for the first and the last name that an address is made of', () => {
    const people = mask(['chidi.obi@corp.example', 'support@corp.example', 'CORP\\d.levy7']);
    for (const text of ['Chidi Obi', 'Obi, Chidi', 'chidi.obi', 'OBI CHIDI', 'd.levy7']) {
      assert.match(people.text(text), PSEUDONYM, text);
    }
    assert.equal(people.text('support access'), 'support access');
  });

  it('has them for the names of an address of several words, hyphens and digits, as people write them', () => {
    const people = mask([
      ...[
        'jean-luc.picard@corp.example',
        'peter.pan3@corp.example',
        'mary.ann.lee@corp.example',
        'Anna_Bell@corp.example',
      ],
      ...['CORP\\zoë.quist12', 'kim.li+test@corp.example'],
    ]);
    const found = [
      ...[
        'Jean-Luc Picard',
        'Picard, Jean-Luc',
        'Jean Luc Picard',
        'PICARD JEAN LUC',
        'Peter Pan3',
        'Peter Pan',
        'Pan, Peter',
      ],
      ...['Mary Ann Lee', 'Lee, Mary Ann', 'Anna Bell', 'Bell, Anna', 'Zoë Quist', 'Quist12, Zoë', 'Kim Li'],
    ];
    for (const text of found) assert.match(people.text(text), PSEUDONYM, text);
    const plain = ['Peter Panther', 'Mary Ann', 'jean', 'ann lee', 'Bellanna'];
    for (const text of plain) assert.equal(people.text(text), text);
    const ordinary = mask(['v1.2@corp.example', 'a.b@corp.example', 'service-desk@corp.example', '...@corp.example']);
    for (const text of ['v1 2', 'a b', 'service desk', 'b, a']) assert.equal(ordinary.text(text), text);
  });

  it('has them for names with several blanks, line ends, signs or what nobody sees between their words or letters', () => {
    const people = mask(['jane.doe@corp.example', 'Chidi Obi', 'CORP\\mmuster', 'CORP\\support', 'v1.2@corp.example']);
    const found = [
      ...['Jane  Doe', 'jane\n doe', 'Jane\u00a0Doe', 'jane_doe', 'JANE-DOE', 'doe.jane', 'Doe,Jane', 'Doe , Jane'],
      ...[
        'Ja\u200bne Doe',
        'jane.d\u00adoe',
        '\ufeffjane.doe',
        'jane.doe@co\u200brp.example',
        'chidi_obi',
        'Chidi.Obi',
      ],
      ...['mmuster', 'MMuster', 'mm\u2060uster'],
    ];
    for (const text of found) {
      assert.match(people.text(text).replace('\ufeff', ''), PSEUDONYM, JSON.stringify(text));
      assert.doesNotMatch(people.text(`by ${text}, then`), /jane|doe|chidi|obi|muster/i, JSON.stringify(text));
    }
    const [name, mail] = [people.person('jane doe'), people.person('jane.doe@corp.example')];
    for (const text of ['Jane  Doe', 'jane_doe', 'Jane\nDoe']) assert.equal(people.text(text), name);
    assert.equal(people.text('jane.doe@co\u200brp.example'), mail);
    assert.deepEqual(people.behind(people.text('doe.jane')), people.behind(people.person('doe jane')));
    for (const text of ['support access', 'v1 2', 'v1_2', 'a Doe. Jane too', 'jane  and doe', 'a  b', 'x,y\n']) {
      assert.equal(people.text(text), text);
    }
  });

  it('has them for whole names before those that a comma would make of two neighbours', () => {
    const people = mask(['jane.doe@corp.example']);
    const shown = people.text('jane_doe, Jane.Doe, JANE DOE; x.doe, Jane Doe');
    assert.doesNotMatch(shown.replace('x.doe', ''), /jane|doe/i);
    assert.match(shown, /^person-\w{15}, person-\w{15}, person-\w{15}; x\.doe, person-\w{15}$/);
    assert.match(people.text('Doe, Jane'), PSEUDONYM);
    assert.match(people.text('of Doe, Jane and Doe, Jane'), /^of person-\w{15} and person-\w{15}$/);
  });

  it('has them for names in plain letters, and as German writes umlauts without them, both ways', () => {
    const people = mask(['Jörg Müller', 'soeren.groesse@corp.example', 'Zoë Quist', 'ren\u00e9.łukasz@corp.example']);
    const found = [
      'Jorg Muller',
      'joerg mueller',
      'JÖRG MÜLLER',
      'Sören Größe',
      'sören.größe',
      'Zoe Quist',
      'Rene Lukasz',
    ];
    for (const text of found) assert.match(people.text(text), PSEUDONYM, text);
    for (const text of ['für', 'Müllers Jörg', 'fur']) assert.equal(people.text(text), text);
  });

  it('has them for names as addresses of the web write them', () => {
    const people = mask(['Chidi Obi', 'chidi.obi@corp.example', 'Zoë Quist']);
    const mail = people.person('chidi.obi@corp.example');
    assert.equal(people.text('https://x.example/?q=chidi.obi%40corp.example&n=1'), `https://x.example/?q=${mail}&n=1`);
    assert.equal(people.text('of=foo%40bar.example;'), `of=${people.person('foo@bar.example')};`);
    for (const text of ['Chidi%20Obi', 'chidi+obi', 'Zo%C3%AB%20Quist', 'zo%c3%ab+quist', 'Obi%2C%20Chidi']) {
      assert.match(people.text(text), PSEUDONYM, text);
    }
    for (const text of ['100%40GB', '50%40', '%40x.example', 'a%40b']) assert.equal(people.text(text), text);
  });

  it('takes the longest of names that begin alike, and none that is a part of a word', () => {
    const people = mask(['Ann', 'Ann Lee', 'Ann Lee (IT)']);
    const shown = people.text('Ann Lee (IT), Ann Lee, ann; cannot, Anna');
    const longest = people.person('Ann Lee (IT)');
    assert.equal(shown, `${longest}, ${people.person('Ann Lee')}, ${people.person('Ann')}; cannot, Anna`);
  });

  it('has them in place of one of many names as of one of few', () => {
    const many = mask(Array.from({ length: 5_000 }, (_, index) => `user${index} of ${index % 7}`));
    for (const name of ['user0 of 0', 'user4999 of 1', 'USER99 OF 1', 'user100 of 2']) {
      assert.equal(many.text(`by ${name}.`), `by ${many.person(name)}.`);
    }
    assert.equal(many.text('by user5000 of 2'), 'by user5000 of 2');
  });

  it('is not shredded by a name of one or two letters, but in the texts of its own row', () => {
    const people = mask(['a', 'li']);
    assert.ok(people.hasShortNames);
    assert.equal(people.text('Li has a dashboard'), 'Li has a dashboard');
    assert.equal(people.text('Li has a list', ['li']), `${people.person('li')} has a list`);
    assert.equal(mask(['Ann']).hasShortNames, false);
  });

  it('finds names as JSON and CSV write them, and leaves numbers as they are written', () => {
    const name = 'Pat "Ace" O\\Hara';
    const people = mask([name]);
    const made = people.person(name);
    assert.equal(people.text(`x,"${name.replaceAll('"', '""')}",y`), `x,"${made}",y`);
    assert.equal(people.text(`{"a":${JSON.stringify(name)}`), `{"a":"${made}"`);
    const json = (text: string) => `{"n":1.00000000000000000001,"a":[${JSON.stringify(text)}]}`;
    assert.equal(people.json(json(name)), json(made));
    assert.equal(people.json(`no JSON by ${name}`), `no JSON by ${made}`);
  });

  it('takes time by its length alone, whatever is in it', () => {
    const people = mask(['Ann Lee', 'a.b@c.example']);
    for (const part of [
      'a',
      'A.',
      '\\',
      'a\\',
      '@',
      'a@',
      'S-1-',
      '"',
      'Ann ',
      '-',
      'é',
      '. ',
      '%40',
      'a%40',
      'a%40b.',
      'a%40-',
      '.-',
      ...['\u200b', 'a\u200b', '\n', ' \n', ' ', ' ,', ', ', 'Lee, Ann ', 'Ann,Lee', 'ä', 'ä_', 'a_', 'Ann_Lee,'],
    ]) {
      const began = performance.now();
      people.text(part.repeat(200_000));
      people.json(part.repeat(50_000));
      assert.ok(performance.now() - began < 5000, part);
    }
  });

  it('mentions no name of the lake, whatever the names and the text around them', () => {
    const unit = fc.constantFrom(...'ab{Zß\u0130ıσςΣé.-_ @\\"\'()[]*+?^$}|/,;:\u202e\u200b1ﬁ', '🙂');
    const name = fc.string({ unit, minLength: 1, maxLength: 12 });
    const around = fc.string({ unit, maxLength: 6 });
    const cased = fc.constantFrom(
      (text: string) => text,
      (text: string) => text.toLowerCase(),
      (text: string) => text.toUpperCase(),
    );
    const parts = fc.array(fc.tuple(around, fc.nat(), cased));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), parts, (names, written) => {
        const people = mask(names);
        const text = written
          .map(([before, index, write]) => `${before} ${write(names[index % names.length] ?? '')}`)
          .join('');
        const shown = people.text(text);
        for (const each of names.map((given) => given.normalize('NFC'))) {
          const letters = [...each].filter((character) => /[\p{L}\p{N}]/u.test(character)).length;
          if (letters >= 3 && !/^[0-9a-f]+$/i.test(each)) {
            assert.ok(!mentions(shown, each), JSON.stringify({ each, text, shown }));
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('who is shown on purpose', () => {
  it('stands as it is in columns and texts, asked for in any letter case or by pseudonym', () => {
    const pseudonym = mask([]).person('dana@corp.example');
    const people = mask(['Chidi Obi', 'dana@corp.example', 'Eve'], ['CHIDI OBI', pseudonym, 'zed']);
    assert.deepEqual([people.revealed, people.unknown], [['Chidi Obi', 'dana@corp.example'], ['zed']]);
    assert.equal(people.person('chidi obi'), 'chidi obi');
    const shown = people.text('Chidi Obi, Dana@corp.example, Eve');
    assert.equal(shown, `Chidi Obi, Dana@corp.example, ${people.person('Eve')}`);
  });

  it('is shown in every way in which a text writes the name, and is asked for by one of these as well', () => {
    const all = ['jane.doe@corp.example', 'CORP\\mmuster', 'Eve Adams'];
    const text = 'jane.doe, Doe, Jane, jane_doe, mmuster, Eve Adams';
    for (const asked of ['jane.doe@corp.example', 'JANE.DOE', 'jane doe', mask(all).person('jane.doe')]) {
      const people = mask(all, [asked]);
      assert.deepEqual([people.revealed, people.unknown], [['jane.doe@corp.example'], []], asked);
      const [muster, eve] = [people.person('mmuster'), people.person('Eve Adams')];
      assert.equal(people.text(text), `jane.doe, Doe, Jane, jane_doe, ${muster}, ${eve}`);
    }
    for (const nobody of ['', ' ']) assert.deepEqual(mask(['', ' ', 'Eve'], [nobody]).unknown, [nobody]);
  });
});
