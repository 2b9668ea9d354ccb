// A Temporal namespace for one test file, with Cordon's search attributes, on the run's server.
import { randomBytes } from 'node:crypto';
import { makeNamespace } from '../worker/stack/temporal-namespace.ts';
import { temporalServer } from './servers.ts';

export const createNamespace = async (
  name = 'test',
): Promise<{ address: string; namespace: string; uiUrl: string }> => {
  const { address, uiUrl } = await temporalServer();
  const namespace = `${name}-${randomBytes(4).toString('hex')}`;
  await makeNamespace({ address }, namespace);
  return { address, namespace, uiUrl };
};
