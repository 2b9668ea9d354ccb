// One month through the whole corridor: real records, real servers, real processes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Month } from './month.ts';
import { createMonth } from './month.ts';

describe('a month that nothing disturbs', () => {
  let month: Month;
  beforeAll(async () => {
    month = await createMonth({ rows: 4_000 });
    await Promise.all([month.startWorker(), month.startVerifier()]);
    await month.begin();
  });
  afterAll(() => month.stop());

  it('is delivered once, released by two officers, and its receipt agrees', async () => {
    await month.release();
    const arrived = await month.arrived();
    await month.respond('receipt', arrived);
    expect(await month.result()).toMatchObject({ outcome: 'delivered', again: false, attempt: 1 });
    expect(arrived.fields).toEqual([
      'survey_ref',
      'title',
      'surname',
      'phone',
      'crime_group',
      'occurred_on',
      'language',
      'safe_contact',
    ]);
    expect(arrived.rows).toBe(1_200);
  });

  it('leaves out whom the survey of domestic abuse is for', async () => {
    expect(await month.query('select * from cordon.waterfall_unbalanced')).toEqual([]);
    const [domestic] = await month.query<{ rows: number }>(
      `select any_reason::int as rows from cordon.exclusion_count where reason = 'domestic-abuse'`,
    );
    expect(domestic?.rows).toBeGreaterThan(100);
    const [overlap] = await month.query('select sum(rows)::int as n from cordon.exclusion_overlap');
    expect(overlap?.['n']).toBeGreaterThan(0);
  });
});
