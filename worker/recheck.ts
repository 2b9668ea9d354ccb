// `cordon recheck WAVE`: the auditor draws a wave again; with a folder, also what a stranger needs to do so.
import { readFile } from 'node:fs/promises';
import { refuse } from '../schemas/failure.ts';
import { withConnection } from '../sql/connect.ts';
import { writeBundle } from './bundle.ts';
import type { Environment } from './config.ts';
import { databaseUrl } from './config.ts';
import { exitCodes } from './exit.ts';
import { checkpointIn } from './ledger-prove.ts';
import { redraw } from './redraw.ts';
import { waveNamed } from './release.ts';
import { shorter, wrap } from './wrap.ts';

export interface RecheckFlags {
  readonly bundle?: string;
  readonly checkpoint?: string;
  readonly key?: string;
  readonly json?: boolean;
}

export const recheckCommand = async (
  id: string,
  { bundle, checkpoint, key, json }: RecheckFlags,
  env: Environment,
  say: (line: string) => void,
): Promise<number> => {
  const wave = waveNamed(id);
  const proofs = await proofsOf(checkpoint, key);
  return withConnection(databaseUrl(env, 'auditor'), 'cordon recheck', async (db) => {
    // one state of the ledger and the frame, whatever is written meanwhile
    await db.query('begin isolation level repeatable read, read only');
    const attempts = await redraw(db, wave);
    const last = attempts.findLast(({ checks }) => checks.length > 0);
    if (!last)
      throw refuse({
        code: 'INPUT',
        found: 'a wave that has drawn nobody',
        expected: 'a wave whose draw is in the ledger',
        remedy: 'see npx cordon status',
      });
    const ok = attempts.every(({ checks }) => checks.every((check) => check.ok));
    if (bundle !== undefined && last.counts) await writeBundle(db, wave, attempts, last, bundle, proofs);
    if (json) say(JSON.stringify({ ...wave, ok, attempts }, null, 2));
    else {
      for (const { attempt, outcome, checks, seedSource, counts } of attempts) {
        say(`attempt ${String(attempt)}, ${outcome ?? 'open'}`);
        if (checks.length === 0) say('  drew nobody');
        if (counts)
          for (const line of wrap(
            `  ${String(counts.sample)} and ${String(counts.reserve)} in reserve of ${String(counts.frame)}, ` +
              `${String(counts.withheld)} of them with another survey; seed: ${seedSource ?? ''}`,
          ))
            say(line);
        for (const check of checks) say(`  ${check.ok ? 'yes' : 'NO '}  ${check.check}`);
      }
      if (bundle !== undefined) say(`the bundle is in ${shorter(bundle)}`);
    }
    return ok ? exitCodes.done.code : exitCodes.no.code;
  });
};

const proofsOf = async (checkpoint: string | undefined, key: string | undefined) => {
  if (checkpoint === undefined && key === undefined) return undefined;
  if (checkpoint === undefined || key === undefined)
    throw refuse({
      code: 'INPUT',
      found: checkpoint === undefined ? '--key without --checkpoint' : '--checkpoint without --key',
      expected: 'both, or none',
      remedy: 'give a kept checkpoint and the key that signed it, as cordon ledger key prints it',
    });
  return { signed: await checkpointIn({ checkpoint, key }), key: await readFile(key, 'utf8') };
};
