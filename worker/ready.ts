// What a worker or a verifier makes sure of before it polls: it would take work that it can only fail at, a month later.
import { withConnection } from '../sql/connect.ts';
import { readMigrations, refuseNewer } from '../sql/migrate.ts';
import type { Plan } from '../sql/plan.ts';
import type { Environment } from './config.ts';
import {
  checkpointPlaces,
  keyOf,
  keyRingOf,
  optional,
  required,
  sourceUrl,
  sourceVariable,
} from './config.ts';
import { ledgerSigner } from './ledger-key.ts';
import { login } from './login.ts';

/**
 * Reaches no records system and no processor: they may be away for an hour.
 * @throws NoDatabase; SCHEMA_NEWER, INPUT, SENDER_KEY, DELIVERY_LOGIN, naming the variable and never what it holds
 */
export const ready = async (env: Environment, role: 'worker' | 'verifier'): Promise<void> => {
  const url = await login(env, role);
  const plans = await plansInForce(url);
  const sources = new Set(plans.map(({ declaration }) => declaration.extract.from));
  if (role === 'verifier') {
    // only a drop is looked at by the verifier, so only a drop's folder must be told to it
    for (const source of sources) if (optional(env, sourceVariable(source))) sourceUrl(env, source);
    return;
  }
  keyRingOf(env);
  keyOf(env, 'CORDON_SURVEY_REF_KEY');
  ledgerSigner(env);
  checkpointPlaces(env);
  await signingKey(env);
  for (const source of sources) sourceUrl(env, source);
  const overSftp = plans.some(({ processor }) => 'sftp' in processor.deliver);
  const sftpKey = overSftp ? required(env, 'CORDON_SFTP_KEY') : optional(env, 'CORDON_SFTP_KEY');
  if (sftpKey === undefined) return;
  const { checkSshKey } = await import('../activities/delivery/ssh.ts');
  checkSshKey({ privateKey: sftpKey });
};

const signingKey = async (env: Environment): Promise<void> => {
  const { openSigningKey } = await import('../activities/package/keys.ts');
  const passphrase = optional(env, 'CORDON_SENDER_PASSPHRASE');
  await openSigningKey({
    signingKey: required(env, 'CORDON_SENDER_KEY'),
    ...(passphrase !== undefined && { passphrase }),
  });
};

const plansInForce = (url: string): Promise<Pick<Plan, 'declaration' | 'processor'>[]> =>
  withConnection(url, 'cordon ready', async (db) => {
    await refuseNewer(db, await readMigrations());
    const { rows } = await db.query<{ document: string }>(
      'select p.document from cordon.plan_in_force join cordon.plan p using (plan_hash)',
    );
    return rows.map(({ document }) => JSON.parse(document) as Plan);
  });
