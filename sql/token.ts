// Tokens: HMAC-SHA-256 (RFC 2104) out of the built-in sha256(), so that no extension is needed.
// The key never stands in SQL text or in a parameter of a stored statement: its two pads are session settings.
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { failure } from '../schemas/failure.ts';
import { settings } from './plan.ts';
import { setting } from './statement.ts';
import type { Fragment } from './statement.ts';

export interface HmacPads {
  readonly inner: string;
  readonly outer: string;
}

/**
 * The key zero-padded to 64 bytes, xor 0x36 and xor 0x5c, as `\x…` text for `set_config`; a longer key is hashed.
 * @throws INPUT for a key of fewer than 32 bytes
 */
export const hmacPads = (key: Uint8Array): HmacPads => {
  if (key.length < 32) throw failure('INPUT', { bytes: key.length, expected: 'a key of at least 32 bytes' });
  const block = Buffer.alloc(64);
  block.set(key.length > 64 ? createHash('sha256').update(key).digest() : key);
  const pad = (xor: number): string => `\\x${Buffer.from(block.map((byte) => byte ^ xor)).toString('hex')}`;
  return { inner: pad(0x36), outer: pad(0x5c) };
};

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

export const identifierKinds = ['phone', 'reference', 'person'] as const;
export type IdentifierKind = (typeof identifierKinds)[number];

/** The kind is hashed with the text: a reference that looks like a telephone number is still a reference. */
export const token = (kind: IdentifierKind, text: Fragment): Fragment =>
  hmac('identifier', sql`${sql.lit(`${kind}:`)} || ${text}`);

/** All that are not null, in order. */
export const present = (fragments: readonly Fragment[], type: 'bytea' | 'text'): Fragment =>
  sql`array_remove(array[${sql.join([...fragments])}]::${sql.raw(type)}[], null)`;
