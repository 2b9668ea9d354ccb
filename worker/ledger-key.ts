// The keys of the log: the newest signs checkpoints under the log's own name, those before it have signed older ones.
import { refuse } from '../schemas/failure.ts';
import type { LogKeys, NoteSigner } from '../sql/ledger/note.ts';
import { noteSigner, parseLogKeys, verifierKey } from '../sql/ledger/note.ts';
import type { Environment } from './config.ts';
import { keysOf, optional, prefix } from './config.ts';

interface Ledger {
  /** the newest key's */
  readonly signer: NoteSigner;
  readonly log: LogKeys;
  /** the keys as they are given to whoever verifies, the newest last */
  readonly lines: readonly string[];
}

/** Under the log's own name, which is the origin of its checkpoints; one key a line, the oldest first. @throws INPUT */
export const ledgerOf = (env: Environment): Ledger => {
  const name = optional(env, 'CORDON_LEDGER_ORIGIN') ?? prefix(env);
  const seeds = keysOf(env, 'CORDON_LEDGER_KEY');
  const short = seeds.find((seed) => seed.length !== 32);
  if (short === undefined && /^[^\s+]{1,200}$/u.test(name)) {
    const signers = seeds.map((seed) => noteSigner(name, seed));
    const signer = signers.at(-1);
    const lines = signers.map(verifierKey);
    if (signer) return { signer, log: parseLogKeys(lines.join('\n')), lines };
  }
  throw refuse({
    code: 'INPUT',
    found:
      short === undefined
        ? 'CORDON_LEDGER_ORIGIN that is no name'
        : `CORDON_LEDGER_KEY of ${String(short.length)} bytes`,
    expected:
      'keys of 32 bytes as 64 hexadecimal digits, one a line, and a name without spaces and without +',
    remedy: 'make a key with: openssl rand -hex 32',
  });
};

export const ledgerSigner = (env: Environment): NoteSigner => ledgerOf(env).signer;
