// A stored package, read back: the bytes that were released are the bytes that are delivered.
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { failure } from '../schemas/failure.ts';
import type { AttemptKey } from '../schemas/ref.ts';
import type { Consignment, Parcel } from './package/manifest.ts';
import { place } from './open-copy.ts';
import { names } from './step.ts';

export interface StoredPackage {
  readonly version: number;
  readonly name: string;
  readonly rows: number;
  /** hex, of the ciphertext */
  readonly sha256: string;
  readonly bytes: number;
  readonly statement: { readonly text: string; readonly sha256: string };
}

/** The newest, or the one with this hash. @throws STALE_STAGING when there is none */
export const readPackage = async (
  tx: pg.PoolClient,
  key: AttemptKey,
  sha256?: string,
): Promise<StoredPackage> => {
  const { rows } = await tx.query<{
    version: number;
    name: string;
    rows: number;
    ciphertext_sha256: string;
    bytes: number;
    statement: string;
    statement_sha256: string;
  }>(
    `select version, name, rows, ciphertext_sha256, bytes, statement, statement_sha256 from cordon.package
     where (survey, period, attempt) = ($1, $2, $3) and ciphertext_sha256 = coalesce($4, ciphertext_sha256)
     order by version desc limit 1`,
    [...names(key), sha256 ?? null],
  );
  const [row] = rows;
  if (!row) throw failure('STALE_STAGING', { found: 'no package' });
  const { version, name, rows: n, ciphertext_sha256, bytes, statement, statement_sha256 } = row;
  return {
    version,
    name,
    rows: n,
    sha256: ciphertext_sha256,
    bytes,
    statement: { text: statement, sha256: statement_sha256 },
  };
};

/** @throws PACKAGE_REJECTED when what is stored no longer has the hash that was released */
export const loadConsignment = async (
  tx: pg.PoolClient,
  key: AttemptKey,
  stored: StoredPackage,
): Promise<{ consignment: Consignment }> => {
  const { rows } = await tx.query<{ part: 'package' | 'manifest' | 'signature'; bytes: Buffer }>(
    `select c.part, string_agg(c.bytes, ''::bytea order by c.chunk) as bytes
     from cordon.package_chunk c where (c.survey, c.period, c.attempt) = ($1, $2, $3)
       and c.tableoid = to_regclass(format('copies.%I', $4::text))
     group by c.part`,
    [...names(key), packagePlace(key, stored.version)],
  );
  if (rows.length === 0) throw failure('STALE_STAGING', { found: 'a package that is erased' });
  const parcel = (part: string, name: string): Parcel => {
    const bytes = rows.find((row) => row.part === part)?.bytes ?? Buffer.alloc(0);
    return { name, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  const manifest = `${stored.name}.manifest.json`;
  const consignment = {
    package: parcel('package', stored.name),
    manifest: parcel('manifest', manifest),
    signature: parcel('signature', `${manifest}.sig`),
  };
  if (consignment.package.sha256 !== stored.sha256)
    throw failure('PACKAGE_REJECTED', { rule: 'stored bytes', count: 1 });
  return { consignment };
};

export const packagePlace = (key: AttemptKey, version: number): string => place('package', key, version);
