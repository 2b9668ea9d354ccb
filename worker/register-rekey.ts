// `cordon register rekey`: brings in the last key of CORDON_TOKEN_KEY and wraps every entry with it, some at a time.
// Whoever reads meanwhile meets entries under either key; a worker without the new key reads nothing and says so.
import type { KeyRing } from '../sql/token.ts';
import type { Environment } from './config.ts';
import { keyRingOf, officerOf } from './config.ts';
import { login } from './login.ts';
import { exitCodes } from './exit.ts';
import { refuse } from '../schemas/failure.ts';
import type { Session } from './register.ts';
import { say, withRegister } from './register.ts';
import type { RegisterName } from './register-terms.ts';
import { registers } from './register-terms.ts';

/**
 * Stopped anywhere, it goes on from there when it is run again.
 * @param onBatch after each commit, with the rows wrapped so far
 * @returns rows that were wrapped
 */
export const rekeyRegisters = async (
  url: string,
  ring: KeyRing,
  clerk: string,
  { batch = 5_000, onBatch }: { batch?: number; onBatch?: (rows: number) => void | Promise<void> } = {},
): Promise<number> => {
  if (ring.length < 2)
    throw refuse({
      code: 'INPUT',
      found: 'one key',
      expected: 'the old key, and below it the new one',
      remedy:
        'add a line to CORDON_TOKEN_KEY, made with: openssl rand -hex 32; give it to every worker first',
    });
  // committed before anything is wrapped: from here on nobody reads without the new key
  await withRegister(url, ring, clerk, () => Promise.resolve(), true);
  let rows = 0;
  for (;;) {
    const wrapped = await withRegister(url, ring, clerk, async (session) => {
      const { rows: done } = await session.tx.query<{ rows: number; touched: RegisterName[] }>(
        'select rows, touched from cordon.register_rekey($1)',
        [batch],
      );
      // the ledger is to know what stands there after each batch
      await sayRekeyed(session, done[0]?.touched ?? []);
      return done[0]?.rows ?? 0;
    });
    if (wrapped === 0) break;
    rows += wrapped;
    await onBatch?.(rows);
  }
  await withRegister(url, ring, clerk, (session) => sayRekeyed(session, registers));
  return rows;
};

const sayRekeyed = (session: Session, which: readonly RegisterName[]): Promise<string> =>
  say(
    session,
    which.map((register) => ({ action: 'rekeyed', register, entries: new Map([['all', 0]]) }) as const),
  );

export const rekeyCommand = async (
  options: { officer?: string; json?: boolean },
  env: Environment,
  print: (line: string) => void,
): Promise<number> => {
  const ring = keyRingOf(env);
  const onBatch = (rows: number): void => {
    if (!options.json) print(`  ${String(rows)} wrapped`);
  };
  const rows = await rekeyRegisters(await login(env, 'clerk'), ring, officerOf(options.officer, env), {
    onBatch,
  });
  if (options.json) print(JSON.stringify({ generation: ring.length, wrapped: rows }));
  else {
    print(`every entry is under key ${String(ring.length)}; keep the earlier ones for ever:`);
    print('  a new token is made with all of them in turn');
  }
  return exitCodes.done.code;
};
