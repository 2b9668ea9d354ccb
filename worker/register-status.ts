// `cordon register status` and `confirm`: how many, how old, and that it is still right. Counts and dates, never a token.
import { createPool, withTransaction } from '../sql/connect.ts';
import type { Environment } from './config.ts';
import { keyRingOf, officerOf } from './config.ts';
import { login } from './login.ts';
import { exitCodes } from './exit.ts';
import { say, withRegister } from './register.ts';
import type { RegisterName } from './register-terms.ts';

interface Line {
  readonly register: RegisterName;
  readonly kind: string;
  readonly scope: string;
  readonly entries: number;
  readonly withdrawn: number;
  readonly pastReview: number;
  readonly oldest: Date;
  readonly newest: Date;
}

export interface RegisterStatus {
  readonly lines: readonly Line[];
  readonly current: readonly { readonly register: RegisterName; readonly at: Date }[];
}

export const registerStatus = async (url: string): Promise<RegisterStatus> => {
  const pool = createPool(url, 'cordon register', 1);
  try {
    return await withTransaction(pool, async (tx) => {
      const { rows: lines } = await tx.query<Line & Record<string, unknown>>(
        `select register, kind, scope, entries, withdrawn, past_review as "pastReview", oldest, newest
         from cordon.register_status()`,
      );
      const { rows: current } = await tx.query<{ register: RegisterName; at: Date }>(
        'select register, at from cordon.register_current()',
      );
      return { lines, current };
    });
  } finally {
    await pool.end();
  }
};

const day = (at: Date): string => at.toISOString().slice(0, 10);

export const registerStatusCommand = async (
  options: { json?: boolean },
  env: Environment,
  print: (line: string) => void,
): Promise<number> => {
  const status = await registerStatus(await login(env, 'clerk'));
  if (options.json) print(JSON.stringify(status));
  else {
    if (status.lines.length === 0) print('no entries');
    for (const { register, kind, scope, entries, withdrawn, pastReview, oldest, newest } of status.lines) {
      print(
        `${register} by ${kind}${register === 'opt-outs' ? `, ${scope === 'case' ? 'one case' : 'never again'}` : ''}`,
      );
      print(
        `  ${String(entries)} in force, ${String(withdrawn)} withdrawn; from ${day(oldest)} to ${day(newest)}`,
      );
      if (pastReview > 0)
        print(`  ${String(pastReview)} past their review: they exclude all the same; look at them`);
    }
    for (const { register, at } of status.current) print(`${register} kept current at ${at.toISOString()}`);
  }
  return exitCodes.done.code;
};

/** A heartbeat: nothing is waiting to be entered. */
export const confirmRegister = (
  url: string,
  ring: Parameters<typeof withRegister>[1],
  register: RegisterName,
  clerk: string,
): Promise<string> =>
  withRegister(url, ring, clerk, (session) =>
    say(session, [{ action: 'confirmed', register, entries: new Map([['all', 0]]) }]),
  );

export const confirmCommand = async (
  options: { register: RegisterName; officer?: string; json?: boolean },
  env: Environment,
  print: (line: string) => void,
): Promise<number> => {
  const { register } = options;
  const clerk = officerOf(options.officer, env);
  const confirmedAt = await confirmRegister(await login(env, 'clerk'), keyRingOf(env), register, clerk);
  print(
    options.json
      ? JSON.stringify({ register, confirmedAt })
      : `${register}: current at ${confirmedAt}, by ${clerk}`,
  );
  return exitCodes.done.code;
};
