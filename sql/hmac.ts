// Tokens as SQL: HMAC-SHA-256 (RFC 2104) out of the built-in sha256(), so that no extension is needed.
import { sql } from 'kysely';
import { settings } from './plan.ts';
import { setting } from './statement.ts';
import type { Fragment } from './statement.ts';
import type { IdentifierKind } from './token.ts';

const keys = {
  identifier: [settings.inner, settings.outer],
  frame: [settings.frameInner, settings.frameOuter],
  ref: [settings.refInner, settings.refOuter],
} as const;

/** `hmac(x)` of a text; null for null. */
export const hmac = (key: keyof typeof keys, text: Fragment): Fragment => {
  const [inner, outer] = keys[key];
  return sql`sha256(${setting(outer, 'bytea')} || sha256(${setting(inner, 'bytea')} || convert_to(${text}, 'UTF8')))`;
};

/** The kind is hashed with the text: a reference that looks like a telephone number is still a reference. */
export const token = (kind: IdentifierKind, text: Fragment): Fragment =>
  hmac('identifier', sql`${sql.lit(`${kind}:`)} || ${text}`);

/** All that are not null, in order. */
export const present = (fragments: readonly Fragment[], type: 'bytea' | 'text'): Fragment =>
  sql`array_remove(array[${sql.join([...fragments])}]::${sql.raw(type)}[], null)`;
