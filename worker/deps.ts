// From the environment to what activities are given.
import type { Checkpoints } from '../activities/checkpoint.ts';
import type { Deps } from '../activities/deps.ts';
import type { DeliveryTarget } from '../activities/delivery/adapter.ts';
import { openDirectory } from '../activities/delivery/directory.ts';
import { openSource } from '../activities/source/source.ts';
import { createPool } from '../sql/connect.ts';
import type { Plan } from '../sql/plan.ts';
import { channelsOf } from './channels.ts';
import type { CheckpointPlace, Environment } from './config.ts';
import { checkpointPlaces, databaseUrl, keyOf, keyRingOf, optional, required, sourceUrl } from './config.ts';
import { ledgerOf } from './ledger-key.ts';

/** Reads every secret at once: a worker that lacks one says so before it takes any work. */
export const createDeps = (
  env: Environment,
  ofTemporal: Pick<Deps, 'openHistories' | 'lookAtTemporal'> = {},
): Deps & { close(): Promise<void> } => {
  const pool = createPool(databaseUrl(env, 'worker'), 'cordon worker', 24);
  const senderPassphrase = optional(env, 'CORDON_SENDER_PASSPHRASE');
  return {
    pool,
    secrets: {
      tokenKey: keyRingOf(env),
      surveyRefKey: keyOf(env, 'CORDON_SURVEY_REF_KEY'),
      senderKey: required(env, 'CORDON_SENDER_KEY'),
      ...(senderPassphrase !== undefined && { senderPassphrase }),
    },
    openSource: (connection, { period }) => openSource(sourceUrl(env, connection), period),
    openTarget: (plan) => openTarget(env, plan),
    checkpoints: checkpointsOf(env),
    channels: channelsOf(env),
    ...ofTemporal,
    close: () => pool.end(),
  };
};

/** @throws INPUT */
export const checkpointsOf = (env: Environment): Checkpoints => {
  const places = checkpointPlaces(env);
  const { signer, log } = ledgerOf(env);
  return {
    signer,
    log,
    open: () => Promise.all(places.map((place) => openPlace(place, env))),
  };
};

const openPlace = async (place: CheckpointPlace, env: Environment): Promise<DeliveryTarget> => {
  if ('folder' in place) return openDirectory({ directory: place.folder, answers: place.folder });
  const privateKey = required(env, 'CORDON_SFTP_KEY');
  // SSH is loaded by who has such a place
  const { openSftp } = await import('../activities/delivery/sftp.ts');
  return openSftp({ ...place.sftp, answers: place.sftp.directory, privateKey });
};

/** For whoever may only look: none on a server to whose key it has not been given one. */
export const openTargetToLook = (env: Environment, plan: Plan): Promise<DeliveryTarget | undefined> =>
  'sftp' in plan.processor.deliver && optional(env, 'CORDON_SFTP_KEY') === undefined
    ? Promise.resolve(undefined)
    : openTarget(env, plan);

const openTarget = async (env: Environment, { processor }: Plan): Promise<DeliveryTarget> => {
  const { deliver, answers } = processor;
  if ('directory' in deliver)
    return openDirectory({ directory: deliver.directory.path, answers: answers.directory });
  const { key: _, ...place } = deliver.sftp;
  const privateKey = required(env, 'CORDON_SFTP_KEY');
  const { openSftp } = await import('../activities/delivery/sftp.ts');
  return openSftp({ ...place, privateKey, answers: answers.directory });
};
