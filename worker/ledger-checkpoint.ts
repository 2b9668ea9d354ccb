// `cordon ledger key` and `checkpoint`: how many leaves the ledger has and their root, signed, so that it can be kept
// where no administrator of the database reaches. Never over a log that does not contain the ones before.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoints } from '../activities/checkpoint.ts';
import { keepHead, readKept } from '../activities/checkpoint.ts';
import { openDirectory } from '../activities/delivery/directory.ts';
import { refuse } from '../schemas/failure.ts';
import { withConnection } from '../sql/connect.ts';
import { openCheckpoint } from '../sql/ledger/checkpoint.ts';
import type { LogKeys } from '../sql/ledger/note.ts';
import { parseLogKeys } from '../sql/ledger/note.ts';
import type { Fault, Head } from '../sql/ledger/verify.ts';
import type { Verified } from '../sql/ledger/verify-database.ts';
import { verifyDatabase } from '../sql/ledger/verify-database.ts';
import type { Environment } from './config.ts';
import { exitCodes } from './exit.ts';
import { ledgerOf } from './ledger-key.ts';
import { login } from './login.ts';

export const ledgerKeyCommand = (env: Environment, say: (line: string) => void): number => {
  for (const line of ledgerOf(env).lines) say(line);
  return exitCodes.done.code;
};

/** What a log must contain: the checkpoints that were kept. @throws INPUT for a file that is none, or not signed by the key */
export const headsIn = async (files: readonly string[], log: LogKeys): Promise<Head[]> =>
  Promise.all(
    files.map(async (file) => {
      const note = await readFile(file, 'utf8').catch(() => '');
      try {
        return openCheckpoint(note, log);
      } catch {
        throw refuse({
          code: 'INPUT',
          found: `${file}, which is no checkpoint of this log`,
          expected: `a file that cordon ledger checkpoint has written, signed by ${log.name}`,
          remedy: 'see whether it is of another log, or was changed; what is signed by nobody proves nothing',
        });
      }
    }),
  );

/** The keys as `cordon ledger key` prints them, in a file. @throws INPUT */
export const verifierIn = async (file: string): Promise<LogKeys> => {
  try {
    return parseLogKeys(await readFile(file, 'utf8'));
  } catch {
    throw refuse({
      code: 'INPUT',
      found: `${file}, which holds no verifier key`,
      expected: 'what cordon ledger key prints',
      remedy: 'write it to a file: npx cordon ledger key >ledger.key',
    });
  }
};

const unsound: readonly Fault['rule'][] = ['GAP', 'HASH', 'BYTES', 'SHAPE', 'NODE', 'ROOT'];

/** @throws LEDGER_FORKED over a log that is not what it was */
export const ledgerCheckpointCommand = async (
  { to }: { to: string },
  env: Environment,
  say: (line: string) => void,
): Promise<number> => {
  const { signer, log } = ledgerOf(env);
  const url = await login(env, 'auditor');
  await mkdir(to, { recursive: true });
  const place: Checkpoints = {
    signer,
    log,
    open: () => Promise.resolve([openDirectory({ directory: to, answers: to })]),
  };
  const { heads: before } = await readKept(place);
  const { size, root } = mustBeSound(
    await withConnection(url, 'cordon ledger', (db) => verifyDatabase(db, before)),
  );
  const head = { size, root: Buffer.from(root, 'hex') };
  say(join(to, await keepHead(place, head)));
  return exitCodes.done.code;
};

/** @throws LEDGER_FORKED over a log that is not what it was */
export const mustBeSound = (verified: Verified): Verified => {
  const worst = verified.faults.find(({ rule }) => unsound.includes(rule));
  if (worst)
    throw refuse({
      code: 'LEDGER_FORKED',
      found: `${worst.index === undefined ? 'the log' : `entry ${String(worst.index)}`}: ${worst.found}`,
      expected: worst.expected,
      remedy: 'sign nothing; keep the database as it is, and see npx cordon ledger verify',
    });
  return verified;
};
