// The one printer of literals, for COPY, which takes no parameters. ONLY for what is public: a literal stands in
// server logs and in pg_stat_activity.
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import pg from 'pg';
import { failure } from '../schemas/failure.ts';

/** `literal("O'Hara", 'text')` is `'O''Hara'::text`; a backslash makes it an `E'…'`, whatever the server's settings. */
export const literal = (value: string, type: 'text' | 'date' | 'timestamptz'): RawBuilder<unknown> => {
  if (value.includes('\u0000')) throw failure('INPUT', { expected: 'text without NUL' });
  return sql.raw(`${pg.escapeLiteral(value)}::${type}`);
};
