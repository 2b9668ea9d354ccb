// `cordon ledger verify`: the whole ledger read again as the auditor, with what its tables and plans say, and with a
// tree head that was kept elsewhere.
import { refuse } from '../schemas/failure.ts';
import { withConnection } from '../sql/connect.ts';
import type { Fault, Head } from '../sql/ledger/verify.ts';
import type { Verified } from '../sql/ledger/verify-database.ts';
import { verifyDatabase } from '../sql/ledger/verify-database.ts';
import type { LogKeys } from '../sql/ledger/note.ts';
import type { Environment } from './config.ts';
import { exitCodes } from './exit.ts';
import { headsIn, verifierIn } from './ledger-checkpoint.ts';
import { login } from './login.ts';
import { wrap } from './wrap.ts';

export interface VerifyFlags {
  readonly head?: string;
  readonly checkpoint?: readonly string[];
  readonly key?: string;
  readonly json?: boolean;
}

/** @throws INPUT: what nobody has signed, anybody may have written */
const keyFor = async (file: string | undefined): Promise<LogKeys> => {
  if (file !== undefined) return verifierIn(file);
  throw refuse({
    code: 'INPUT',
    found: '--checkpoint without --key',
    expected: 'the key that signed it',
    remedy: 'give --key a file with what cordon ledger key printed when the log began',
  });
};

/** Code 1 when anything is wrong. */
export const ledgerVerifyCommand = async (
  options: VerifyFlags,
  env: Environment,
  say: (line: string) => void,
): Promise<number> => {
  const heads = options.head === undefined ? [] : [headOf(options.head)];
  if (options.checkpoint) heads.push(...(await headsIn(options.checkpoint, await keyFor(options.key))));
  const url = await login(env, 'auditor');
  const verified = await withConnection(url, 'cordon ledger', (db) =>
    verifyDatabase(db, heads, (read) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${String(read)} entries`);
    }),
  );
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  if (options.json) say(JSON.stringify(verified, null, 2));
  else for (const line of readable(verified).flatMap((each) => wrap(each, 12))) say(line);
  return verified.faults.length === 0 ? exitCodes.done.code : exitCodes.no.code;
};

/** `57:3f2a…`: entries, and the root in hexadecimal. @throws INPUT */
export const headOf = (text: string): Head => {
  const [, size, root] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text) ?? [];
  if (size !== undefined && root !== undefined) return { size: Number(size), root: Buffer.from(root, 'hex') };
  throw refuse({
    code: 'INPUT',
    found: 'a head that is no size and root',
    expected: 'entries:root, such as 57: and 64 hexadecimal digits, as an earlier verify printed them',
    remedy: 'give --head as it was noted',
  });
};

const shown = 50;

export const readable = ({ size, root, faults }: Verified): string[] => [
  `${String(size)} ${size === 1 ? 'entry' : 'entries'}`,
  `head ${String(size)}:${root}`,
  faults.length === 0
    ? 'whole: every hash, order, sum, clock and signature is as it must be'
    : `${String(faults.length)} ${faults.length === 1 ? 'fault' : 'faults'}`,
  ...faults.slice(0, shown).flatMap(told),
  ...(faults.length > shown ? [`… and ${String(faults.length - shown)} more: see --json`] : []),
];

const told = ({ rule, index, byte, found, expected }: Fault): string[] => [
  `${rule.padEnd(8)}${index === undefined ? (rule === 'ROOT' || rule === 'NODE' ? 'the log' : 'a table') : `entry ${String(index)}${byte === undefined ? '' : `, byte ${String(byte)}`}`}`,
  `  found     ${found}`,
  `  expected  ${expected}`,
];
