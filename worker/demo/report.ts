// The end of the demonstration's story: what left, what opened it, what was erased, and where to look. It claims
// nothing that it has not compared.
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ContactOutcome, CopyKind } from '../../schemas/leaf.ts';
import type { WaveKey, WaveResult } from '../../schemas/ref.ts';
import { withConnection } from '../../sql/connect.ts';
import { verifyDatabase } from '../../sql/ledger/verify-database.ts';
import type { Stated } from '../../workflows/messages.ts';
import { readWaterfall, waterfallTable } from '../waterfall.ts';
import { pagesOf } from '../stack/temporal.ts';
import { shorter } from '../wrap.ts';
import { erasures, outcomesOf } from './look.ts';
import type { Arrived } from './processor.ts';
import type { Stack } from './stack.ts';
import { counted } from './teller.ts';
import type { Teller } from './teller.ts';

export interface Told {
  readonly wave: WaveKey;
  readonly arrived: Arrived;
  readonly result: WaveResult;
  readonly stated: Stated;
}

/** The kinds of copy whose clocks the demonstration brings forward. */
export const ours = ['staging', 'package', 'delivered'] as const satisfies readonly CopyKind[];

/** What the company reports, each of one person. */
export const reported = ['refused', 'opted-out', 'wrong-number'] as const satisfies readonly ContactOutcome[];

const checkpointsOf = ({ folder }: Stack['installation']): string => join(folder, 'checkpoints');

/** @throws Error when something is not as it should be */
export const report = async (stack: Stack, told: Told, teller: Teller): Promise<void> => {
  const { installation, temporal, run } = stack;
  const { wave, arrived, result, stated } = told;
  const waterfall = await readWaterfall(installation.urls.auditor, wave);
  if (!waterfall) throw new Error('there is no waterfall');
  compare('outcome', result.outcome, 'delivered');
  compare('fields', arrived.fields.join(', '), stated.statement.fields.join(', '));
  compare('rows', arrived.rows, waterfall.lines.at(-1)?.rows);
  const say = (label: string, text: string) => teller.say(`${label.padEnd(10)} ${text}`, 11);
  teller.say(`\nWaterfall of ${wave.survey} ${wave.period}, attempt ${String(result.attempt)}`);
  for (const line of waterfallTable(waterfall)) teller.say(line);
  teller.say('');
  say('Outcome', result.outcome);
  say('Delivered', `${arrived.name}, ${counted(arrived.bytes)} bytes`);
  say('', `in ${shorter(dirname(arrived.file))}`);
  say('', 'the key that opens it: recipient.private.asc, in the folder above');
  say(
    'Decrypts',
    `with the processor's key, signed by the force's: ${counted(arrived.rows)} rows of exactly the fields ` +
      `released: ${arrived.fields.join(', ')}`,
  );
  say('Receipt', `signed by the processor, agrees: ${counted(arrived.rows)} records`);
  const taken = await outcomesOf(installation, wave);
  compare('outcomes', taken.map(({ outcome }) => outcome).join(', '), reported.toSorted().join(', '));
  const each = taken.map(({ outcome, count }) => `${outcome} ${counted(count)}`).join(', ');
  say('Outcomes', `reported, and taken: ${each}`);
  for (const line of await gone(stack, wave)) say('Erased', line);
  say('', '(played: the file above stays for you to open, certificate or not)');
  const { size, faults } = await withConnection(installation.urls.auditor, 'cordon demo', (db) =>
    verifyDatabase(db),
  );
  compare('faults of the ledger', faults.length, 0);
  const kept = await readdir(checkpointsOf(installation));
  say(
    'Ledger',
    `${counted(size)} leaves, read again as the auditor: hashes, sums, order, officers’ signatures`,
  );
  say('Elsewhere', `signed checkpoints and a note of the delivery: ${counted(kept.length)} files`);
  say('', `in ${shorter(checkpointsOf(installation))}`);
  say('Folder', `${shorter(run.path)} (kept for a week, or until --fresh)`);
  say('Temporal', pagesOf(temporal) ?? `${temporal.address}, namespace ${temporal.namespace}`);
};

const compare = (what: string, found: string | number, expected: string | number | undefined): void => {
  if (found !== expected) throw new Error(`${what}: ${String(found)} instead of ${String(expected)}`);
};

const gone = async ({ installation }: Stack, wave: WaveKey): Promise<string[]> => {
  const copies = await erasures(installation, wave);
  return ours.flatMap((kind) => {
    const of = copies.filter((copy) => copy.kind === kind);
    const proved = of.filter(({ outcome, verified }) => outcome !== null && verified);
    compare(`copies of ${kind} proved erased`, proved.length, of.length);
    return `${kind.padEnd(10)}${String(of.length)} ${of.length === 1 ? 'copy' : 'copies'}, proved by the verifier`;
  });
};
