// The officers file: rooted once, before anything is applied; from then on each version is signed by the key that the
// one before it names, and takes effect at once.
import type { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Refusal } from '../../schemas/failure.ts';
import { withConnection } from '../../sql/connect.ts';
import { officersInForce, readOfficers, recordOfficers, signerOf } from '../../sql/officers.ts';
import type { Hand } from '../../worker/demo/officers.ts';
import { createHand, demoDomain } from '../../worker/demo/officers.ts';
import { isOurText } from '../../worker/guard.ts';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import { as } from './wave.ts';

let cordon: Cordon;
const [dpo, next, a, b] = ['d.p.o', 'n.p.o', 'a.officer', 'b.officer'].map(createHand) as [
  Hand,
  Hand,
  Hand,
  Hand,
];
beforeAll(async () => {
  cordon = await createCordon();
});
afterAll(() => cordon.drop());

const file = (version: number, by: Hand, staff: readonly Hand[] = [a, b], domain = demoDomain): string =>
  [
    'cordon: 1',
    `officers: ${domain}`,
    `version: ${String(version)}`,
    `dpo: { id: ${by.id}, keys: ["${by.publicKey}"] }`,
    'staff:',
    ...staff.map(
      ({ id, publicKey }) =>
        `  ${id}: { keys: ["${publicKey}"], may: [release], from: 2026-01-01, to: 2099-01-01 }`,
    ),
    '',
  ].join('\n');

const record = (text: string, by: Hand, domain = demoDomain) =>
  withConnection(cordon.urls.owner, 'officers', async (db) => {
    await db.query('begin');
    const recorded = await recordOfficers(
      db,
      'officers.yaml',
      Buffer.from(text),
      by.sign(text, 'officers', domain),
    );
    await db.query('commit');
    return recorded;
  });

describe('the first version', () => {
  test('is signed by the key that it names, and by no other', async () => {
    await expect(record(file(1, dpo), a)).rejects.toMatchObject({ type: 'SIGNATURE' });
    await expect(record(file(2, dpo), dpo)).rejects.toMatchObject({ type: 'INPUT' });
    await expect(record(file(1, dpo), dpo, 'another.example')).rejects.toMatchObject({ type: 'SIGNATURE' });
    expect(await withConnection(cordon.urls.verifier, 'test', readOfficers)).toEqual([]);
    await expect(withConnection(cordon.urls.verifier, 'test', officersInForce)).rejects.toMatchObject({
      type: 'NO_OFFICERS',
    });
  });

  test('is the first leaf of the ledger, once', async () => {
    expect(await record(file(1, dpo), dpo)).toMatchObject({ isNew: true, officers: { version: 1 } });
    expect(await record(file(1, dpo), dpo)).toMatchObject({ isNew: false });
    const leaves = await as<{ leaf: object }>(
      cordon,
      'auditor',
      `select convert_from(leaf, 'UTF8')::jsonb as leaf from ledger.entry order by index`,
    );
    expect(leaves).toMatchObject([
      { leaf: { type: 'officers', version: 1, domain: demoDomain, dpo: 'd.p.o' } },
    ]);
  });
});

describe('a later version', () => {
  test('needs the signature of the officer whom the one before names, and its number', async () => {
    const wrong = [
      [file(2, next), next, 'SIGNATURE'],
      [file(2, next), a, 'SIGNATURE'],
      [file(3, next), dpo, 'INPUT'],
      [file(1, dpo, [a]), dpo, 'INPUT'],
      [file(2, next, [a, b], 'another.example'), dpo, 'INPUT'],
    ] as const;
    for (const [text, by, code] of wrong)
      await expect(record(text, by), code).rejects.toMatchObject({ type: code });
    expect(await record(file(2, next), dpo)).toMatchObject({ isNew: true });
    await expect(record(file(3, dpo), dpo)).rejects.toMatchObject({ type: 'SIGNATURE' });
    expect(await record(file(3, next, [a]), next)).toMatchObject({ isNew: true });
    const versions = await withConnection(cordon.urls.auditor, 'test', readOfficers);
    expect(versions.map(({ officers }) => officers.version)).toEqual([1, 2, 3]);
  });

  test('lets nobody sign whom it leaves out, from that moment', async () => {
    const officers = await withConnection(cordon.urls.verifier, 'test', officersInForce);
    expect(signerOf(officers, 'release', 'text', a.sign('text', 'release'))).toMatchObject({
      officer: 'a.officer',
    });
    const signed = (text: string, by: string) => () => signerOf(officers, 'release', text, by);
    expect(signed('text', b.sign('text', 'release'))).toThrow('NOT_AN_OFFICER');
    expect(signed('other', a.sign('text', 'release'))).toThrow('SIGNATURE');
    expect(signed('text', a.sign('text', 'refuse'))).toThrow('SIGNATURE');
    expect(signed('text', a.sign('text', 'release', 'another.example'))).toThrow('SIGNATURE');
    expect(signed('text', 'nothing')).toThrow('SIGNATURE');
    try {
      signed('other', a.sign('text', 'release'))();
    } catch (e) {
      // it is told through Temporal, whose guard lets no other text by
      const [{ expected, remedy }] = (e as ApplicationFailure).details as [Refusal];
      expect([expected, remedy].filter((each) => !isOurText(each))).toEqual([]);
    }
    const may = async (hand: Hand) =>
      (
        await as<{ counts: string | null }>(
          cordon,
          'verifier',
          `select cordon.officer_now($1, $2, 'release') as counts`,
          [hand.id, hand.publicKey.split(' ').slice(0, 2).join(' ')],
        )
      )[0]?.counts;
    expect([await may(a), await may(b)]).toEqual(['a.officer', null]);
  });

  test('is never changed or taken away, nor is what was signed', async () => {
    for (const table of ['officers', 'officer', 'statement'])
      for (const text of [`delete from cordon.${table}`, `truncate cordon.${table} cascade`])
        await expect(as(cordon, 'owner', text)).rejects.toMatchObject({ code: 'CRD02' });
  });

  test('cannot be the first where something was applied without one', async () => {
    const late = await createCordon();
    try {
      await as(
        late,
        'owner',
        `insert into cordon.plan (plan_hash, survey, declaration_hash, document, proposed_by)
         values (encode(sha256('{}'), 'hex'), 's', 'd', '{}', '{d.officer}')`,
      );
      const text = file(1, dpo);
      const recorded = withConnection(late.urls.owner, 'officers', async (db) => {
        await db.query('begin');
        return recordOfficers(db, 'officers.yaml', Buffer.from(text), dpo.sign(text, 'officers'));
      });
      await expect(recorded).rejects.toMatchObject({ type: 'INPUT' });
    } finally {
      await late.drop();
    }
  });
});
