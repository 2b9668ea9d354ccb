// The canaries of every shipped survey, in PostgreSQL: one register holds them for all, so all must make the same
// tokens of them, and each must be told apart from the people beside it.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { openStage, shipped, victim } from './stage.ts';

const folder = join(import.meta.dirname, '../../schemas/pipelines');

/** Kind to token of one survey's canaries. */
const planted = async (file: string): Promise<unknown> => {
  const stage = await openStage(shipped(basename(file, '.yaml')));
  try {
    await stage.client.query('begin');
    for (const statement of stage.plan.screen.canaries.plant) await stage.query(statement);
    return await stage.query(stage.plan.screen.canaries.tokens);
  } finally {
    await stage.close();
  }
};

test('are the same three in every survey', async () => {
  const [first, ...others] = await Promise.all(readdirSync(folder).map(planted));
  expect(first).toMatchObject([
    { kind: 'person', token: { length: 32 } },
    { kind: 'phone', token: { length: 32 } },
    { kind: 'reference', token: { length: 32 } },
  ]);
  for (const other of others) expect(other).toEqual(first);
});

test('are met among the drawn by the register alone, through what was read again, and leave nothing behind', async () => {
  const stage = await openStage(shipped());
  const { plant, look, forget } = stage.plan.screen.canaries.again;
  try {
    await stage.extract([victim('V1')]);
    await stage.client.query('begin');
    for (const statement of stage.plan.screen.canaries.plant) await stage.query(statement);
    const found = await stage.query(stage.plan.screen.canaries.tokens);
    await stage.query(stage.plan.screen.canaries.forget);
    for (const { kind, token } of found.filter(({ kind }) => kind !== 'person'))
      await stage.rows(
        `insert into register_entry (register, kind, token, added_by) values ('opt-outs', $1, $2, 'canary')`,
        [kind, token],
      );
    await stage.rows('insert into recheck select * from intake where key[1] = $1', ['V1']);
    await stage.rows(
      `insert into sampled (frame_id, stratum, key, part, rank, state, phone_tokens, reference_tokens, person_tokens)
       select 'f', 's', key, 'sample', 1, 'in', phone_tokens, reference_tokens, person_tokens from recheck`,
    );
    for (const statement of plant) await stage.query(statement);
    const checked = await stage.recheck();
    expect(await stage.query(look)).toEqual([
      { kind: 'person', removed: false },
      { kind: 'phone', removed: true },
      { kind: 'reference', removed: true },
    ]);
    expect(checked.filter(({ opted }) => opted === false)).toHaveLength(2);
    for (const statement of forget) await stage.query(statement);
    expect(await stage.rows('select key[1] from recheck union all select key[1] from sampled')).toEqual([
      { key: 'V1' },
      { key: 'V1' },
    ]);
    await stage.client.query('commit');
  } finally {
    await stage.close();
  }
});

test('are removed by the register and by a rule that asks it, or are told to have survived; then they are gone', async () => {
  const stage = await openStage(shipped());
  const { plant, tokens, look, forget } = stage.plan.screen.canaries;
  try {
    await stage.extract([victim('V1')]);
    await stage.client.query('begin');
    await stage.query(stage.plan.screen.reset);
    for (const statement of plant) await stage.query(statement);
    const found = await stage.query(tokens);
    for (const { kind, token } of found.filter(({ kind }) => kind !== 'phone'))
      await stage.rows(
        `insert into register_entry (register, kind, token, added_by) values ('opt-outs', $1, $2, 'canary')`,
        [kind, token],
      );
    for (const statement of [...stage.plan.screen.meet, stage.plan.screen.rows]) await stage.query(statement);
    // the phone's canary has no other excuse than the register: what it lacks would exclude it anyway
    expect(await stage.query(look)).toEqual([
      { kind: 'person', removed: true },
      { kind: 'phone', removed: false },
      { kind: 'reference', removed: true },
    ]);
    await stage.query(forget);
    expect(await stage.rows('select key[1] from intake union all select key[1] from screened')).toEqual([
      { key: 'V1' },
      { key: 'V1' },
    ]);
    await stage.client.query('commit');
  } finally {
    await stage.close();
  }
});
