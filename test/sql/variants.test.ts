// Each variant goes the whole way: given, registered as tokens, the record extracted as a source would send it, and
// screened by the shipped survey's own rule.
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { givenTokens } from '../../sql/given.ts';
import type { RunValues } from '../../sql/plan.ts';
import { openStage, shipped, victim } from './stage.ts';
import type { Row, Stage } from './stage.ts';
import { variants } from './variants.ts';
import type { Variant } from './variants.ts';

/** Only ever added to: nobody can ask again whoever was registered under an earlier version. */
const golden = new URL('../golden/forms.txt', import.meta.url);

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(shipped());
});
afterAll(() => stage.close());

const named = (text: string): { forename: string; surname: string; postcode: string } => {
  const [, forename = '', surname = '', postcode = ''] = /^([^/]*)\/(.*), ([^,]*)$/su.exec(text) ?? [];
  return { forename, surname, postcode };
};

const givenAll = (kind: Variant['kind'], texts: readonly string[]): RunValues => {
  if (kind === 'phone') return { givenPhone: texts };
  if (kind === 'reference') return { givenReference: texts };
  const people = texts.map(named);
  return {
    givenForename: people.map(({ forename }) => forename),
    givenSurname: people.map(({ surname }) => surname),
    givenPostcode: people.map(({ postcode }) => postcode),
  };
};

const recorded = ({ kind, recorded: text }: Variant): Row => {
  if (kind === 'phone') return { phone_home: text };
  if (kind === 'reference') return { urn: text };
  return named(text);
};

/** The tokens that a register would hold of each variant, in their order. */
const said: unknown[] = [];

beforeAll(async () => {
  // far from every number and name of the table
  const nobody = { phone_mobile: '01632 960999', phone_home: null, surname: 'Nobody', postcode: 'ZZ99 9ZZ' };
  await stage.extract(
    variants.map((v, i) => victim(`V${i}`, { ...nobody, urn: `none ${i}`, ...recorded(v) })),
  );
  for (const kind of ['phone', 'reference', 'person'] as const) {
    const of = variants.flatMap((v, i) => (v.kind === kind ? [{ i, text: v.given }] : []));
    const texts = of.map(({ text }) => text);
    const rows = await stage.query(givenTokens[kind], givenAll(kind, texts));
    for (const [nth, { i }] of of.entries()) said[i] = rows[nth]?.['tokens'];
  }
});

/** One variant of each kind at a time: a number that was given meets nobody who is recorded by a name alone. */
const together = (): number[][] => {
  const places = Map.groupBy(variants.keys(), (i) => variants[i]?.kind);
  const kinds = [...places.values()];
  const most = Math.max(...kinds.map(({ length }) => length));
  return Array.from({ length: most }, (_, nth) => kinds.flatMap((of) => of[nth] ?? []));
};

test('at least two hundred written variants are recognised, and nobody else is', async () => {
  expect(variants.length).toBeGreaterThanOrEqual(200);
  expect(new Set(variants.map((v) => JSON.stringify(v))).size).toBe(variants.length);
  const wrong: (Variant & { reason: string | undefined })[] = [];
  for (const group of together()) {
    await stage.rows('truncate register_entry');
    for (const i of group)
      await stage.rows(
        `insert into register_entry (register, kind, token, added_by)
         select distinct 'opt-outs', $1, t, 'clerk' from unnest($2::bytea[]) t`,
        [variants[i]?.kind, said[i]],
      );
    await stage.screen();
    const reasons = await stage.reasons();
    for (const i of group) {
      const reason = reasons[`V${i}`];
      const variant = variants[i];
      if (variant && (reason === 'opted-out') !== variant.meets) wrong.push({ ...variant, reason });
    }
  }
  expect(wrong).toEqual([]);
});

interface Tokens {
  readonly held: readonly string[];
  readonly told: readonly string[];
}

/** `phone "07700900123" "07700 900123"` and the tokens of both sides, by their first digits. */
const tokensOf = async (): Promise<Map<string, Tokens>> => {
  const short = (tokens: unknown): string[] =>
    (tokens as Buffer[]).map((token) => token.toString('hex').slice(0, 8));
  const rows = await stage.rows(
    'select key[1] as ref, phone_tokens || reference_tokens || person_tokens as held from intake',
  );
  const held = new Map(rows.map((row) => [row['ref'], short(row['held'])]));
  return new Map(
    variants.flatMap(({ kind, given, recorded, meets }, i) =>
      meets
        ? [
            [
              `${kind} ${JSON.stringify(given)} ${JSON.stringify(recorded)}`,
              { held: held.get(`V${i}`) ?? [], told: short(said[i]) },
            ],
          ]
        : [],
    ),
  );
};

test('what met under an earlier version meets whatever that version kept, of a register or of records', async () => {
  const now = await tokensOf();
  const lines = (await readFile(golden, 'utf8')).split('\n').filter(Boolean);
  const met = new Map(
    lines.map((line) => {
      const [, of = '', tokens = ''] = /^(.*) \[([0-9a-f ]+)\]$/.exec(line) ?? [];
      return [of, tokens.split(' ')];
    }),
  );
  const added = [...now].filter(([of]) => !met.has(of));
  if (process.env['UPDATE_GOLDEN'])
    await writeFile(
      golden,
      [
        ...lines,
        ...added.map(([of, { held, told }]) => `${of} [${told.filter((t) => held.includes(t)).join(' ')}]`),
        '',
      ].join('\n'),
    );
  else expect(added.map(([of]) => of)).toEqual([]);
  const lost = [...met].filter(([of, tokens]) => {
    const { held = [], told = [] } = now.get(of) ?? {};
    return !tokens.some((t) => held.includes(t)) || !tokens.some((t) => told.includes(t));
  });
  expect(lost).toEqual([]);
});
