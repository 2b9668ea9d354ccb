// The keys of tokens; tokens as SQL are in hmac.ts, which only compiling needs.
// A key never stands in SQL text or in a parameter of a stored statement: its two pads are session settings.
import { createHash, createHmac } from 'node:crypto';
import { failure } from '../schemas/failure.ts';
import { settings } from './plan.ts';
import type { Setting } from './plan.ts';

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

/**
 * The keys of register tokens, oldest first. A new key wraps what the ones before it made, token = HMAC(k2, HMAC(k1,
 * x)), so that a token is carried over without anybody knowing x: none of them is ever dropped.
 */
export type KeyRing = readonly [Uint8Array, ...Uint8Array[]];

/** What a session needs to make tokens under the first key and to carry them to the newest. */
export const ringSettings = ([first, ...later]: KeyRing): Readonly<Partial<Record<Setting, string>>> => {
  const { inner, outer } = hmacPads(first);
  const pads = later.map(hmacPads);
  const hex = (of: 'inner' | 'outer'): string => pads.map((pad) => pad[of].slice(2)).join(',');
  return {
    [settings.inner]: inner,
    [settings.outer]: outer,
    [settings.liftInner]: hex('inner'),
    [settings.liftOuter]: hex('outer'),
  };
};

/** A token of the first key under every key of the ring, oldest first. */
export const lifted = ([, ...later]: KeyRing, token: Buffer): Buffer[] =>
  later.reduce<Buffer[]>(
    (all, key) => [
      ...all,
      createHmac('sha256', key)
        .update(all.at(-1) ?? token)
        .digest(),
    ],
    [token],
  );

/** What each key makes of a fixed text: tells one key from another, and nothing about any of them. */
export const keyProofs = (ring: KeyRing): Buffer[] =>
  lifted(ring, createHmac('sha256', ring[0]).update('cordon token key').digest());

export const identifierKinds = ['phone', 'reference', 'person'] as const;
export type IdentifierKind = (typeof identifierKinds)[number];
