// One month through the whole corridor: real records, real servers, real processes.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeAnswer } from '../activities/delivery/receipt.ts';
import { recallName } from '../activities/recall.ts';
import { withConnection } from '../sql/connect.ts';
import { keyRingOf, taskQueue } from '../worker/config.ts';
import { askRecall, startRecalls } from '../worker/recall.ts';
import { recallId } from '../workflows/ids.ts';
import type { Month } from './month.ts';
import { brisk, createMonth, until } from './month.ts';

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

  it('recalls somebody who was sent: the company is told, and its word is heard', async () => {
    const { installation, client, wave } = month;
    const { urls, env, processor, keys } = installation;
    const staging = `wave_${wave.survey.replaceAll('-', '_')}_${wave.period.replace('-', '')}_1`;
    const [drawn] = await month.query<{ ref: string; key: string[] }>(
      `select c.survey_ref as ref, s.key from ${staging}.sampled s join ${staging}.contact c using (frame_id)
       where s.state = 'in' limit 1`,
    );
    const { rows: people } = await withConnection(urls.records, 'test', (db) =>
      db.query<{ urn: string }>('select urn from survey.victim_offence where victim_ref = $1', [
        drawn?.key[0],
      ]),
    );
    const asked = await askRecall(
      urls.clerk,
      keyRingOf(env),
      { reference: people[0]?.urn ?? '' },
      { officer: 'c.clerk', because: 'opted-out' },
    );
    expect(asked).toMatchObject([{ ...wave, fresh: true }]);
    await startRecalls(client, taskQueue(env), asked, brisk);
    const { name: sent, sha256 } = await month.arrived();
    const name = recallName(sent, asked[0]?.id ?? 0);
    const notice = await until('the notice', () =>
      readFile(join(processor.inbound, `${name}.json`), 'utf8').catch(() => undefined),
    );
    expect(JSON.parse(notice)).toMatchObject({ survey_refs: [drawn?.ref] });
    const about = { at: new Date().toISOString(), by: 'data desk' };
    const said = { ...wave, name, sha256, records: 1 };
    for (const file of await writeAnswer('acknowledgement', said, about, {
      signingKey: keys.answers.privateKey,
    }))
      await writeFile(join(processor.outbound, file.name), file.bytes);
    const handle = client.workflow.getHandle(recallId(wave, asked[0]?.id ?? 0));
    expect(await handle.result()).toEqual({ acknowledged: true });
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
