// The key of the log: it signs checkpoints under the log's own name.
import { refuse } from '../schemas/failure.ts';
import type { NoteSigner } from '../sql/ledger/note.ts';
import { noteSigner } from '../sql/ledger/note.ts';
import type { Environment } from './config.ts';
import { keyOf, optional, prefix } from './config.ts';

/** Under the log's own name, which is the origin of its checkpoints. @throws INPUT */
export const ledgerSigner = (env: Environment): NoteSigner => {
  const name = optional(env, 'CORDON_LEDGER_ORIGIN') ?? prefix(env);
  const seed = keyOf(env, 'CORDON_LEDGER_KEY');
  if (seed.length === 32 && /^[^\s+]{1,200}$/u.test(name)) return noteSigner(name, seed);
  throw refuse({
    code: 'INPUT',
    found:
      seed.length === 32
        ? 'CORDON_LEDGER_ORIGIN that is no name'
        : `CORDON_LEDGER_KEY of ${String(seed.length)} bytes`,
    expected: 'a key of 32 bytes as 64 hexadecimal digits, and a name without spaces and without +',
    remedy: 'make a key with: openssl rand -hex 32',
  });
};
