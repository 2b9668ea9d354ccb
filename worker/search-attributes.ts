// The columns and filters of the Temporal UI. A namespace must know them before the first schedule names one; where
// this login may not register them, whoever runs Temporal must.
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import { refuse } from '../schemas/failure.ts';
import { addSearchAttributes, cordonSearchAttributes } from './stack/temporal-namespace.ts';
import { causeOf } from './temporal.ts';

const usableWithinMs = 10_000;

/** @throws INPUT when they are missing and this login may not register them */
export const ensureSearchAttributes = async (client: Client): Promise<void> => {
  if (await known(client)) return;
  const { namespace } = client.options;
  if (await registered(client)) return;
  throw refuse({
    code: 'INPUT',
    found: `namespace ${namespace} without Cordon's search attributes, which this login may not register`,
    expected: Object.keys(cordonSearchAttributes).join(', '),
    remedy: `let whoever runs Temporal do it once:\n${asCommand(namespace)}`,
  });
};

/** The parts of a server hear of them at different times. */
const registered = async (client: Client): Promise<boolean> => {
  if (!(client.connection instanceof Connection)) return false;
  try {
    await addSearchAttributes(client.connection, client.options.namespace, cordonSearchAttributes);
  } catch {
    return false;
  }
  for (const until = Date.now() + usableWithinMs; Date.now() < until; await wait(100))
    if (await known(client)) return true;
  return false;
};

const known = async (client: Client): Promise<boolean> => {
  const query = Object.keys(cordonSearchAttributes).map((name) => `${name} is null`);
  try {
    await client.workflow.count(query.join(' and '));
    return true;
  } catch (e) {
    const cause = causeOf(e);
    if (!isGrpcServiceError(cause)) throw e;
    const code: number = cause.code;
    if (code !== invalidArgument) throw e;
    return false;
  }
};

const invalidArgument = 3;

const asCommand = (namespace: string): string =>
  Object.entries(cordonSearchAttributes)
    .map(
      ([name, type]) =>
        `temporal operator search-attribute create --namespace ${namespace} --name ${name} --type ${type}`,
    )
    .join('\n');
