// What widens is never hidden: whatever a plan changes is told, and only what is known to narrow takes one officer.
import { describe, expect, test } from 'vitest';
import { changesOf, classOf } from '../../sql/change.ts';
import { compile } from '../../sql/compile.ts';
import type { Plan } from '../../sql/plan.ts';
import { shipped } from './stage.ts';

type Mutable<T> = T extends string | number | boolean | null | undefined
  ? T
  : { -readonly [K in keyof T]: Mutable<T[K]> };

const before = compile(shipped(), { recipient: 'a key', answers: 'another' }).plan;

const edited = (edit: (plan: Mutable<Plan>) => void): Plan => {
  const plan = structuredClone(before) as unknown as Mutable<Plan>;
  plan.declarationHash = 'f'.repeat(64);
  edit(plan);
  return plan;
};
const says = (edit: (plan: Mutable<Plan>) => void): string[] => {
  const after = edited(edit);
  const changes = changesOf(before, after).map(({ says: words, widens }) => `${widens ? '+' : '-'} ${words}`);
  expect(classOf(before, after, false)).toBe(
    changes.some((line) => line.startsWith('+')) ? 'widening' : 'narrowing',
  );
  return changes;
};

test('a new survey says each field that will leave; the same declaration changes nothing, under other SQL or not', () => {
  expect(classOf(undefined, before, false)).toBe('new');
  expect(changesOf(undefined, before)).toContainEqual({
    says: 'field phone will now leave for smsr',
    widens: true,
  });
  expect([classOf(before, before, true), classOf(before, before, false)]).toEqual([
    'unchanged',
    'recompiled',
  ]);
  expect(changesOf(before, before)).toEqual([]);
});

describe('one officer suffices', () => {
  test.each<[string, (plan: Mutable<Plan>) => void]>([
    ['- field surname no longer leaves', ({ declaration }) => void delete declaration.minimise['surname']],
    [
      '- rule new-rule now excludes',
      ({ declaration }) =>
        void declaration.screen.push({ ...declaration.screen[0], reason: 'new-rule' } as never),
    ],
    [
      '- the rules stand in another order',
      ({ declaration }) => void (declaration.screen = declaration.screen.toReversed()),
    ],
    [
      '- the fields that the processor may receive stand in another order',
      ({ processor }) => void (processor.mayReceive = processor.mayReceive.toReversed()),
    ],
    [
      '- retain.staging.for: P14D becomes P7D',
      ({ declaration }) => void (declaration.retain.staging.for = 'P7D' as never),
    ],
    [
      '- sample.take.count: 1200 becomes 900',
      ({ declaration }) => void (declaration.sample.take = { count: 900 }),
    ],
    ['- title: ', ({ declaration }) => void (declaration.title = 'Another')],
    [
      '- processor.mayReceive.surname: true becomes nothing',
      ({ processor }) =>
        void (processor.mayReceive = processor.mayReceive.filter((name) => name !== 'surname')),
    ],
    [
      '- why field phone leaves is said otherwise',
      ({ declaration }) =>
        void Object.assign(declaration.minimise['phone'] ?? {}, { why: 'for another reason' }),
    ],
    [
      '- the fields stand in another order',
      ({ minimise }) => void (minimise.fields = minimise.fields.toReversed()),
    ],
  ])('%s', (expected, edit) => {
    const [line, ...more] = says(edit);
    expect(line).toContain(expected);
    expect(more).toEqual([]);
  });
});

describe('two officers are needed', () => {
  test.each<[string, (plan: Mutable<Plan>) => void]>([
    [
      '+ field email will now leave for smsr',
      ({ declaration }) =>
        void (declaration.minimise['email'] = { kind: 'column', columns: ['email'], why: 'x' }),
    ],
    [
      '+ field phone is made in another way for smsr: columns: ["phone_mobile","phone_home"] becomes ["phone_home"]',
      ({ declaration }) =>
        void Object.assign(declaration.minimise['phone'] ?? {}, { columns: ['phone_home'], why: 'x' }),
    ],
    [
      '+ field crime_group is made in another way for smsr: from: offence_code becomes surname',
      ({ declaration }) =>
        void Object.assign(declaration.extract.derive['crime_group'] ?? {}, { from: 'surname' }),
    ],
    [
      '+ field surname will now leave for another-company',
      ({ processor }) => void (processor.processor = 'another-company'),
    ],
    ['no longer excludes anybody', ({ declaration }) => void declaration.screen.pop()],
    [
      '+ rule domestic-abuse asks something else: when.is: any becomes all',
      ({ declaration }) => {
        const rule = declaration.screen.find(({ reason }) => reason === 'domestic-abuse');
        void Object.assign(rule?.when ?? {}, { is: 'all' });
      },
    ],
    [
      'asks something else',
      ({ declaration }) =>
        void Object.assign(declaration.screen[0] ?? {}, { when: declaration.screen[1]?.when }),
    ],
    [
      '+ retain.staging.for: P14D becomes P15D',
      ({ declaration }) => void (declaration.retain.staging.for = 'P15D' as never),
    ],
    [
      '+ sample.take.count: 1200 becomes 1201',
      ({ declaration }) => void (declaration.sample.take = { count: 1201 }),
    ],
    [
      '+ sample.take.count: 1200 becomes nothing',
      ({ declaration }) => void (declaration.sample.take = { all: true }),
    ],
    // by any survey, and by whoever trusts the day on a certificate
    [
      '+ retain.contacts.for: P13M becomes P12M',
      ({ declaration }) => void (declaration.retain.contacts.for = 'P12M' as never),
    ],
    [
      '+ retain.backups.beyondUseFor: P35D becomes P1D',
      ({ declaration }) => void (declaration.retain.backups.beyondUseFor = 'P1D' as never),
    ],
    [
      '+ retain.package.for: P30D becomes P1M',
      ({ declaration }) => void (declaration.retain.package.for = 'P1M' as never),
    ],
    [
      '+ processor.agreement.purpose: …ckshire Police, and nothing else becomes …ckshire Police, and marketing',
      ({ processor }) => {
        const { agreement } = processor;
        agreement.purpose = agreement.purpose.replace('nothing else', 'marketing');
      },
    ],
    [
      String.raw`+ extract.from: records becomes records\u{202e}\u{1b}[8m`,
      ({ declaration }) => void (declaration.extract.from = 'records\u202e\u001b[8m'),
    ],
    ['+ release.validFor', ({ declaration }) => void (declaration.release.validFor = 'P60D' as never)],
    [
      '+ keys.recipient: sha256 8fa3aab2faa9 becomes sha256 d44e2d132ef9',
      ({ keys }) => void (keys.recipient = 'a third'),
    ],
    ['becomes sha256 000000000000', ({ lists }) => void (lists['domestic-abuse'] = '0'.repeat(64))],
    ['+ lists.why', ({ lists }) => void (lists['why'] = '0'.repeat(64))],
    [
      '+ processor.mayReceive.why: nothing becomes true',
      ({ processor }) => void processor.mayReceive.push('why'),
    ],
    [
      '+ extract.read.a.why: nothing becomes',
      ({ declaration }) => void Object.assign(declaration.extract.read, { 'a.why': { type: 'text' } }),
    ],
    [
      '+ processor.deliver.',
      ({ processor }) =>
        void Object.assign(Object.values(processor.deliver)[0] as object, {
          host: 'elsewhere.example',
          path: '/x',
        }),
    ],
    [
      '+ processor.mayReceive.email: nothing becomes true',
      ({ processor }) => void processor.mayReceive.push('email'),
    ],
    ['+ processor.contract.to', ({ processor }) => void (processor.contract.to = '2099-01-01')],
    [
      '+ extract.read.deceased',
      ({ declaration }) =>
        void Object.assign(declaration.extract.read, {
          deceased: { type: 'boolean', missingMeans: false, why: 'x' },
        }),
    ],
    [
      '+ notice.optOutWindow: P14D becomes P1D',
      ({ declaration }) => void (declaration.notice.optOutWindow = 'P1D' as never),
    ],
    ['+ something that this version of Cordon does not compare', () => undefined],
  ])('%s', (expected, edit) => {
    const lines = says(edit);
    expect(
      lines.find((line) => line.includes(expected)),
      lines.join('\n'),
    ).toBeDefined();
    expect(lines.filter((line) => line.startsWith('+'))).not.toEqual([]);
  });

  test('also where one change narrows and another widens', () => {
    const lines = says(({ declaration }) => {
      delete declaration.minimise['surname'];
      declaration.retain.staging.for = 'P60D' as never;
    });
    // whatever stands around it
    expect(lines.map(([sign]) => sign)).toEqual(['+', '-']);
  });

  test('beside a change of order, which is told as well', () => {
    const lines = says(({ declaration, minimise }) => {
      declaration.screen = declaration.screen.slice(1).toReversed();
      minimise.fields = minimise.fields.toReversed();
    });
    expect(lines).toEqual([
      '+ rule opted-out no longer excludes anybody',
      '- the fields stand in another order',
      '- the rules stand in another order',
    ]);
  });
});

describe('every value of a declaration', () => {
  const { survey, declaration, processor, keys, lists, minimise } = before;
  const whole = { survey, declaration, processor, keys, lists, minimise, declarationHash: 'f'.repeat(64) };
  // what nothing hangs on
  const words = /^declaration\.(title|(minimise|extract)\..+\.why)$/;
  const narrowing = (edit: typeof grow): string[] =>
    placesOf({ declaration, processor, keys, lists }).flatMap((place) => {
      const after = structuredClone(whole);
      edit(after, place);
      const path = place.join('.');
      return classOf(before, after, false) === 'widening' || words.test(path) ? [] : [path];
    });

  test('widens when it grows or is another, but for how long nobody is drawn after a report', () => {
    expect(narrowing(grow)).toEqual(['declaration.notice.optOutWindow']);
  });

  test('widens when it is gone, but for a field that the processor may receive', () => {
    const places = narrowing(remove).map((path) => path.replace(/\d+$/, 'n'));
    expect([...new Set(places)]).toEqual(['processor.mayReceive.n']);
  });
});

const placesOf = (value: unknown, place: readonly string[] = []): (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...place, key]))
    : [place];

const holderOf = (whole: object, place: readonly string[]): Record<string, unknown> =>
  place.slice(0, -1).reduce<object>((at, key) => (at as Record<string, object>)[key] ?? {}, whole) as Record<
    string,
    unknown
  >;

const remove = (whole: object, place: readonly string[]): void => {
  const [holder, key] = [holderOf(whole, place), place.at(-1) ?? ''];
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
};

const grow = (whole: object, place: readonly string[]): void => {
  const [holder, key] = [holderOf(whole, place), place.at(-1) ?? ''];
  const value = holder[key];
  if (typeof value === 'number') holder[key] = value + 1;
  else if (typeof value === 'boolean') holder[key] = !value;
  else holder[key] = /^P\d+[DMT]/.test(String(value)) ? 'P999M' : `${String(value)}x`;
};
