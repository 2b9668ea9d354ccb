// The drawing in sql/README.md against the database: every function in every state, and no arrow more or less.
import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sqlstate } from '../../sql/connect.ts';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import { comeDue, erasedLeaf, open, outside, placeOf, prove, purge } from './copies.ts';
import type { OpenAttempt } from './wave.ts';
import { as, closeSql, key, newWave, openAttempt, openingSql, openingValues, raiseSql } from './wave.ts';

let cordon: Cordon;
beforeAll(async () => {
  cordon = await createCordon();
});
afterAll(() => cordon.drop());

/** `attempt` or `copy` to its arrows: `live → erased by purge_copy`. */
const drawn = (of: 'attempt' | 'copy'): string[] => {
  const lines = readFileSync('sql/README.md', 'utf8').split('\n');
  const first = lines.findIndex((line) => line.startsWith(`${of} `));
  const last = lines.findIndex((line, n) => n > first && !line.startsWith('  '));
  return lines
    .slice(first, last)
    .map((line) => line.slice(of.length).match(/(\S+) +→ (\w+) +(\w+)/))
    .map((arrow) => `${arrow?.[1] ?? ''} → ${arrow?.[2] ?? ''} by ${arrow?.[3] ?? ''}`)
    .filter((arrow) => !arrow.startsWith('(none)'))
    .toSorted((a, b) => a.localeCompare(b));
};

/** Only Cordon's own refusals count as "no": anything else is a mistake of the test. */
const tried = async (work: Promise<unknown>): Promise<void> => {
  await work.catch((e: unknown) => {
    if (!sqlstate(e).startsWith('CRD')) throw e;
  });
};

const sorted = (arrows: ReadonlySet<string>): string[] => [...arrows].toSorted((a, b) => a.localeCompare(b));

const attemptIn = async (state: 'open' | 'closed'): Promise<OpenAttempt> => {
  const attempt = await openAttempt(cordon, await newWave(cordon));
  if (state === 'closed') await as(cordon, 'worker', closeSql, [...key(attempt), 'failed', false]);
  return attempt;
};

const stateOfAttempt = async (attempt: OpenAttempt): Promise<unknown> =>
  (
    await as(
      cordon,
      'worker',
      `select case when closed_at is null then 'open' else 'closed' end as state, outcome, drawn_at, seed
       from cordon.attempt where (survey, period, attempt) = ($1, $2, $3)`,
      key(attempt),
    )
  )[0]?.['state'];

describe('the life cycle of an attempt', () => {
  const acts = {
    open_attempt: (attempt: OpenAttempt) =>
      as(cordon, 'worker', openingSql, openingValues(attempt, `${attempt.run}-other`, 1)),
    'open_attempt again': (attempt: OpenAttempt) =>
      as(cordon, 'worker', openingSql, openingValues(attempt, attempt.run, 1)),
    close_attempt: (attempt: OpenAttempt) =>
      as(cordon, 'worker', closeSql, [...key(attempt), 'cancelled', true]),
    raise_claim: (attempt: OpenAttempt) => as(cordon, 'worker', raiseSql, [...key(attempt), 'extract']),
  };

  test('is the one drawn, and nothing else', async () => {
    const arrows = new Set<string>();
    for (const state of ['open', 'closed'] as const)
      for (const [name, act] of Object.entries(acts)) {
        const attempt = await attemptIn(state);
        await tried(act(attempt));
        const next = await stateOfAttempt(attempt);
        if (next !== state) arrows.add(`${state} → ${String(next)} by ${name}`);
      }
    expect(sorted(arrows)).toEqual(drawn('attempt'));
  });
});

const states = ['live', 'erasing', 'erased', 'verified'] as const;

const begin = (id: number) => as(cordon, 'worker', 'select cordon.start_erasing($1)', [id]);

interface Opened {
  readonly id: number;
  readonly attempt: OpenAttempt;
  readonly kind: string;
  readonly place: string;
}

const copyIn = async (kind: string, state: (typeof states)[number]): Promise<Opened> => {
  const attempt = await openAttempt(cordon, await newWave(cordon));
  const place = placeOf(kind);
  const id = (await open(cordon, attempt, kind, place)) ?? 0;
  if (state !== 'live') await comeDue(cordon, id);
  if (state === 'erasing') await begin(id);
  if (state === 'erased' || state === 'verified') await purge(cordon, id);
  if (state === 'verified') {
    await erasedLeaf(cordon, id);
    await prove(cordon, id);
  }
  return { id, attempt, kind, place };
};

const stateOfCopy = async (id: number): Promise<unknown> =>
  (
    await as(
      cordon,
      'worker',
      `select case when verified_at is not null then 'verified' else state end as state from cordon.copy where id = $1`,
      [id],
    )
  )[0]?.['state'];

describe('the life cycle of a copy', () => {
  const acts: Readonly<Record<string, (copy: Opened) => Promise<unknown>>> = {
    open_copy: ({ attempt, kind, place }) => open(cordon, attempt, kind, place),
    start_erasing: async ({ id }) => {
      await tried(comeDue(cordon, id));
      return begin(id);
    },
    purge_copy: async ({ id }) => {
      await tried(comeDue(cordon, id));
      return purge(cordon, id);
    },
    'purge_copy before its clock': ({ id }) => purge(cordon, id),
    prove_erasure: async ({ id }) => {
      await erasedLeaf(cordon, id);
      return prove(cordon, id);
    },
    move_clock: ({ id }) => comeDue(cordon, id),
    close_attempt: ({ attempt }) => as(cordon, 'worker', closeSql, [...key(attempt), 'failed', true]),
    open_attempt: ({ attempt }) =>
      as(
        cordon,
        'worker',
        openingSql,
        openingValues(attempt, `${attempt.run}-${randomBytes(2).toString('hex')}`, 1),
      ),
  };

  const arrowsOf = async (kind: string, from: readonly (typeof states)[number][]): Promise<Set<string>> => {
    const arrows = new Set<string>();
    for (const state of from)
      for (const [name, act] of Object.entries(acts)) {
        const copy = await copyIn(kind, state);
        await tried(act(copy));
        const next = await stateOfCopy(copy.id);
        if (next !== state && !(state === 'erasing' && name === 'purge_copy before its clock'))
          arrows.add(`${state} → ${String(next)} by ${name}`);
      }
    return arrows;
  };

  test('of what is no relation is the one drawn, and nothing else', async () => {
    expect(outside).toContain('delivered');
    expect(sorted(await arrowsOf('delivered', states))).toEqual(drawn('copy'));
  });

  test('of a relation is the one drawn without erasing, and nothing else', async () => {
    const withoutErasing = drawn('copy').filter((arrow) => !arrow.includes('erasing'));
    expect(sorted(await arrowsOf('package', ['live', 'erased', 'verified']))).toEqual(withoutErasing);
  });
});
