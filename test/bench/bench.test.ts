import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServer } from '../servers.ts';
import { bench } from './bench.ts';
import type { Sized } from './bench.ts';
import type { Peer } from './contenders.ts';
import { peersHere } from './contenders.ts';
import { psqlProgram } from './floor.ts';
import { gatesAcross, gatesOf } from './gates.ts';
import { plot } from './plot.ts';
import { ratio, spread } from './ratios.ts';
import { report } from './report.ts';

// .ci/run installs psql: where CI is set a machine without it fails
describe.skipIf(psqlProgram() === undefined && !process.env['CI'])('the bench', () => {
  const { peers } = peersHere('python3');
  let folder: string;
  let sized: Sized;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cordon-bench-'));
    const { adminUrl } = await postgresServer();
    const empty = join(folder, 'empty.csv');
    await writeFile(empty, 'register,kind,token\n');
    const [honest] = peers;
    if (!honest) throw new TypeError('a peer');
    const wrong: Peer[] = [
      { ...honest, name: 'deaf to opt-outs', job: (job) => ({ ...job, registers: empty }) },
      { ...honest, name: 'another seed', job: (job) => ({ ...job, seedHash: '0'.repeat(64) }) },
    ];
    const all = await bench({
      adminUrl,
      folder,
      sizes: [2_000],
      rounds: 1,
      peers: [...peers, ...wrong],
      progress: () => undefined,
    });
    sized = all[0] ?? expect.fail('one size');
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const line = (name: string) => sized.lines.find((l) => l.name === name);

  test('every contender selects the very people that our own run selects, for the same reasons', () => {
    for (const { name } of peers) expect([name, line(name)?.rejected]).toEqual([name, undefined]);
    for (const { name } of peers) expect(line(name)?.seconds).toHaveLength(1);
    expect(sized.verdict.sample).toBeGreaterThan(20);
    expect(sized.verdict.frame).toBeGreaterThan(sized.verdict.sample);
  });

  test('the month it runs on makes the rules bite, those about registers and whole populations too', () => {
    const counted = [
      'opted-out',
      'under-16',
      'domestic-abuse',
      'no-usable-phone',
      'shared-phone',
      'same-person',
    ];
    for (const reason of counted)
      expect([reason, sized.verdict.counts[reason] ?? 0]).not.toEqual([reason, 0]);
  });

  test('a contender that selects other people is caught, and its time does not count', () => {
    expect(line('deaf to opt-outs')).toMatchObject({ seconds: [], rejected: /opted-out/ });
    expect(line('another seed')).toMatchObject({ seconds: [], rejected: 'selected other people' });
    expect(ratio(sized, 'another seed', 'floor')).toBeUndefined();
    expect(report([sized])).toMatch(/another seed.*does not count.*selected other people/);
  });

  test('memory of the worker, WAL and every stage from open to purge are measured', () => {
    expect(sized.worker.maxRssKb).toBeGreaterThan(sized.worker.startRssKb);
    expect(sized.walBytes).toBeGreaterThan(0);
    const { leaves, appending, share, proof } = sized.ledger;
    expect(leaves).toBeGreaterThan(15);
    expect(appending).toBeGreaterThan(0);
    expect(share).toBeLessThan(1);
    expect(proof).toBeGreaterThan(0);
    expect(report([sized])).toMatch(/^Ledger: \d+ leaves in \d+ ms, \d+\.\d\d % of the run; a proof/m);
    for (const stage of ['open', 'extract', 'screen', 'sample', 'minimise', 'release', 'transfer', 'purge'])
      expect([stage, line(stage)?.seconds.length]).toEqual([stage, 1]);
  });

  test('a gate says met or not met beside its figure, and fails nothing', () => {
    const slow: Sized = {
      ...sized,
      rows: 1_000_000,
      lines: [
        { name: 'floor', kind: 'floor', seconds: [1, 2, 1] },
        { name: 'ours', kind: 'ours', seconds: [4, 5, 4] },
        { name: 'pandas', kind: 'peer', seconds: [12, 15, 12] },
      ],
    };
    expect(gatesOf(slow)).toContainEqual({
      what: 'end to end / floor',
      measured: 4,
      gate: '<= 3',
      met: false,
    });
    expect(gatesOf(slow)).toContainEqual({ what: 'pandas / ours', measured: 3, gate: '>= 2.5', met: true });
    expect(report([slow])).toMatch(/end to end \/ floor .*4\.00.*<= 3.*not met/);
    const small = { ...slow, rows: 80_000, worker: { maxRssKb: 100_000, startRssKb: 90_000 } };
    const grown = { ...slow, worker: { maxRssKb: 170_000, startRssKb: 90_000 } };
    expect(gatesAcross([small, grown])).toEqual([
      { what: 'worker, growth of RSS in MB', measured: 70, gate: '<= 40', met: false },
    ]);
  });

  test('a ratio is taken within each round before the middle is', () => {
    expect(spread([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 });
    expect(spread([4, 1])).toEqual({ min: 1, median: 2.5, max: 4 });
    expect(spread([])).toBeUndefined();
    const lines = [
      { name: 'floor', kind: 'floor', seconds: [1, 10, 100] },
      { name: 'x', kind: 'peer', seconds: [2, 30, 400] },
    ] as const;
    expect(ratio({ ...sized, lines }, 'x', 'floor')).toEqual({ min: 2, median: 3, max: 4 });
  });

  test('the plot is an SVG of its own with a mark for ours and each peer that counts, and none for the others', () => {
    const svg = plot([sized]);
    expect(svg).toMatch(/^<\?xml[^>]*>\n<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    for (const { name } of peers) expect(svg).toContain(name);
    expect(svg).not.toContain('another seed');
  });

  test('no key, password or telephone stands in what is written down', async () => {
    const registers = await readFile(join(folder, '2000', 'registers.csv'), 'utf8');
    const [, , token = ''] = registers.split('\n')[1]?.split(',') ?? [];
    expect(token).toHaveLength(64);
    const written = `${JSON.stringify(sized)}${report([sized])}${plot([sized])}`;
    for (const secret of [token, 'postgres://']) expect(written).not.toContain(secret);
    expect(written).not.toMatch(/0(7700|1632) ?9[06]\d{4}\b/);
  });
});
