// Appends one leaf in the caller's transaction. MUST come last in it: the ledger's lock is held until commit.
import { canonical } from '../../schemas/canonical.ts';
import type { Body, Leaf, LeafType } from '../../schemas/leaf.ts';
import { operationOf } from '../../schemas/leaf.ts';
import type { Connection } from '../connect.ts';

export type Appender = 'owner' | 'worker' | 'verifier' | 'auditor' | 'clerk';

export interface Scope {
  readonly survey: string;
  readonly period?: string;
  readonly attempt?: number;
}

export type LeafOf<T extends LeafType> = { readonly type: T } & Body<T>;

/**
 * @returns the index of the leaf
 * @throws SQLSTATE CRD03 when this role may not append a leaf of this type
 */
export const append = async <T extends LeafType>(
  tx: Connection,
  appender: Appender,
  scope: Scope | Record<string, never>,
  body: LeafOf<T>,
): Promise<number> => {
  const clash = ['v', 'operation', 'survey', 'period', 'attempt', 'at'].find((name) => name in body);
  if (clash) throw new TypeError(`a leaf says ${clash} itself`);
  const { rows: times } = await tx.query<{ at: string }>('select ledger.instant() as at');
  const operation = (operationOf as Partial<Record<LeafType, Leaf['operation']>>)[body.type];
  const { survey, period, attempt } = scope as Partial<Scope>;
  const bytes = leafBytes({
    v: 1,
    ...(operation && { operation }),
    ...(survey !== undefined && { survey }),
    ...(period !== undefined && { period }),
    ...(attempt !== undefined && { attempt }),
    at: times[0]?.at,
    ...body,
  });
  const { rows } = await tx.query<{ index: number }>(`select ledger.append_${appender}($1) as index`, [
    bytes,
  ]);
  return rows[0]?.index ?? -1;
};

/** Canonical JSON, RFC 8785. */
const leafBytes = (leaf: object): Buffer => Buffer.from(canonical(leaf), 'utf8');
