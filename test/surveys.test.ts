// The surveys that are shipped beside the general one (corridor.test.ts), each for one month through the whole corridor:
// real records, real servers; worker and verifier in this process, each with what its own would be started with.
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openPackage } from '../activities/package/open.ts';
import { inspect } from '../schemas/load.ts';
import { withConnection } from '../sql/connect.ts';
import { createResidents } from '../worker/records.ts';
import type { Arrived } from '../worker/demo/processor.ts';
import type { Month, Stoppable } from './month.ts';
import { createMonthHere } from './month.ts';

const folder = join(import.meta.dirname, '../schemas/pipelines');
const file = (survey: string): string => join(folder, `${survey}.yaml`);

let month: Month<Stoppable> | undefined;
afterEach(async () => {
  await month?.stop();
  month = undefined;
});

/** Drives the month to its end; what arrived, opened. */
const delivered = async (
  it: Month<Stoppable>,
): Promise<Arrived & { people: readonly Record<string, string>[] }> => {
  await Promise.all([it.startWorker(), it.startVerifier()]);
  await it.begin();
  await it.release();
  const arrived = await it.arrived();
  await it.respond('receipt', arrived);
  expect(await it.result()).toMatchObject({ outcome: 'delivered', again: false, attempt: 1 });
  expect(await it.query('select * from cordon.waterfall_unbalanced')).toEqual([]);
  const { keys } = it.installation;
  const { fields, rows } = await openPackage(await readFile(arrived.file), {
    recipientPrivateKey: keys.recipient.privateKey,
    senderPublicKey: keys.sender.publicKey,
  });
  const people = rows.map((cells) => Object.fromEntries(fields.map((field, i) => [field, cells[i] ?? ''])));
  return { ...arrived, people };
};

const removed = (it: Month<Stoppable>) =>
  it.query<{ reason: string; rows: number; review: boolean }>(
    'select reason, any_reason::int as rows, review from cordon.exclusion_count order by ordinal',
  );

it('every shipped survey is without a mistake', () => {
  const names = readdirSync(folder);
  expect(names.sort()).toEqual(
    ['domestic-abuse', 'perception', 'victims'].map((name) => `warwickshire-${name}.yaml`),
  );
  for (const name of names) expect(inspect(join(folder, name)).mistakes).toEqual([]);
});

describe('the survey of domestic abuse', () => {
  it('draws, with another company, only whom the general one excludes, on a mobile and with a safe code', async () => {
    month = await createMonthHere({ pipeline: file('warwickshire-domestic-abuse') });
    const { fields, rows, people } = await delivered(month);
    expect(fields).toEqual(['survey_ref', 'surname', 'phone', 'language', 'safe_contact']);
    expect(rows).toBeGreaterThan(10);
    const safe = ['no-voicemail', 'office-hours', 'ask-for-no-one-else'];
    expect(people.filter(({ safe_contact }) => !safe.includes(safe_contact ?? ''))).toEqual([]);
    expect(people.filter(({ phone }) => !/^\+447700900\d{3}$/.test(phone ?? ''))).toEqual([]);

    const reasons = await removed(month);
    expect(reasons.filter(({ review }) => review).map(({ reason }) => reason)).toEqual([
      'suspect-elsewhere',
      'long-ago',
      'hold-expired',
    ]);
    for (const reason of ['no-safe-contact', 'no-mobile', 'suspects-phone', 'not-domestic-abuse'])
      expect(reasons.find((one) => one.reason === reason)?.rows).toBeGreaterThan(0);

    // every number that left belongs to somebody with the flag or the code, and to nobody who is a suspect
    const digits = people.map(({ phone }) => phone?.slice(3) ?? '');
    const found = await withConnection(month.installation.urls.records, 'records', (db) =>
      db.query<{ domestic: boolean; suspect: boolean }>(
        `select bool_or(flag_domestic is true or offence_code in ('8U', '008/67', '066/39', '068/19', '068/20')) as domestic,
           bool_or(victim_role in ('suspect', 'victim and suspect')) as suspect
         from survey.victim_offence v
         join unnest($1::text[]) d(digits) on right(regexp_replace(v.phone_mobile, '[^0-9]', '', 'g'), 10) = d.digits
         group by d.digits`,
        [digits],
      ),
    );
    expect(found.rows).toHaveLength(rows);
    expect(found.rows.every(({ domestic, suspect }) => domestic && !suspect)).toBe(true);
  });
});

describe('the survey of residents', () => {
  it('draws from a source without offences, months or notices, in equal parts of each district', async () => {
    month = await createMonthHere({ pipeline: file('warwickshire-perception'), rows: 0 });
    await createResidents(month.installation.urls.records, { rows: 4_000 });
    const { fields, rows } = await delivered(month);
    expect(fields).toEqual(['survey_ref', 'title', 'surname', 'phone', 'language']);
    expect(rows).toBe(400);
    const strata = await month.query('select stratum, sample::int from cordon.stratum_count order by 1');
    expect(strata).toEqual(
      ['North Warwickshire', 'Nuneaton and Bedworth', 'Rugby', 'Stratford-on-Avon', 'Warwick'].map(
        (stratum) => ({ stratum, sample: 80 }),
      ),
    );
    const reasons = await removed(month);
    for (const reason of [
      'under-18',
      'moved-away',
      'outside-force',
      'not-a-person',
      'asked-too-often',
      'same-person',
    ])
      expect(reasons.find((one) => one.reason === reason)?.rows).toBeGreaterThan(0);
  });
});
