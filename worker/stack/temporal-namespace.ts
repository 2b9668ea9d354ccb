// A namespace of one's own for every run: ids, schedules and search attributes of two runs never meet, on a
// borrowed server as little as on our own.
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

/** temporal.api.enums.v1.IndexedValueType */
const indexedValueType = { Keyword: 2, Bool: 5, Datetime: 6 } as const;

export type SearchAttributes = Readonly<Record<string, keyof typeof indexedValueType>>;

export const cordonSearchAttributes = {
  CordonSurvey: 'Keyword',
  CordonPeriod: 'Keyword',
  CordonStage: 'Keyword',
  CordonOutcome: 'Keyword',
  CordonDueAt: 'Datetime',
  CordonAttention: 'Bool',
} as const satisfies SearchAttributes;

/** 400 days: retention counts from close, and the sweep must have exported a history long before. */
const retentionHours = 9_600;
const usableWithinMs = 30_000;

/** Registers it, or finds it registered, and returns when workflows can be listed by every search attribute. */
export const makeNamespace = async (
  connection: ConnectionOptions,
  namespace: string,
  searchAttributes: SearchAttributes = cordonSearchAttributes,
): Promise<void> => {
  const server = await Connection.connect({ connectTimeout: 10_000, ...connection });
  try {
    await register(server, namespace);
    await until(() => addSearchAttributes(server, namespace, searchAttributes));
    const client = new Client({ connection: server, namespace });
    const query = Object.keys(searchAttributes)
      .map((name) => `${name} is null`)
      .join(' and ');
    await until(async () => {
      await client.workflow.count(query);
    });
  } finally {
    await server.close();
  }
};

/** With its schedules and runs, which would else wait for workers that never come. A login may lack the right to. */
export const dropNamespace = async (connection: ConnectionOptions, namespace: string): Promise<void> => {
  const server = await Connection.connect({ connectTimeout: 10_000, ...connection });
  try {
    await server.operatorService.deleteNamespace({ namespace });
  } catch {
    // it stays, and says by its name what it was
  } finally {
    await server.close();
  }
};

const register = async (server: Connection, namespace: string): Promise<void> => {
  try {
    await server.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs(retentionHours * 3_600_000),
    });
  } catch (e) {
    if (!isGrpc(e, alreadyExists)) throw e;
  }
};

/** Adding one twice is harmless, and a wrong type is not reported: so what is there is compared. */
export const addSearchAttributes = async (
  server: Connection,
  namespace: string,
  wanted: SearchAttributes,
): Promise<void> => {
  const types = Object.fromEntries(
    Object.entries(wanted).map(([name, type]) => [name, indexedValueType[type]]),
  );
  await server.operatorService.addSearchAttributes({ namespace, searchAttributes: types });
  const { customAttributes } = await server.operatorService.listSearchAttributes({ namespace });
  for (const [name, type] of Object.entries(types)) {
    const found: number = customAttributes?.[name] ?? 0;
    if (found !== 0 && found !== type) throw new WrongType(name, namespace);
    if (found === 0) throw new Error(`the search attribute ${name} is not registered in ${namespace}`);
  }
};

class WrongType extends Error {
  constructor(name: string, namespace: string) {
    super(`the search attribute ${name} is registered in ${namespace} with another type than Cordon needs`);
  }
}

/** The server's own parts hear of a new namespace at different times. */
const until = async (work: () => Promise<void>): Promise<void> => {
  const end = Date.now() + usableWithinMs;
  for (;;) {
    try {
      return await work();
    } catch (e) {
      if (e instanceof WrongType || Date.now() > end) throw e;
      await delay(100);
    }
  }
};

const alreadyExists = 6;
const isGrpc = (e: unknown, code: number): boolean => e instanceof Error && 'code' in e && e.code === code;
