// Reads a whole ledger again and believes nothing of it: every hash, the root, what each leaf may say, the order in
// which things may happen, the sums of every waterfall and every clock. It shares no line with what appends.
import { createHash } from 'node:crypto';
import { appendedBy, operationOf } from '../../schemas/leaf.ts';
import type { Leaf, LeafType } from '../../schemas/leaf.ts';
import { Story } from './story.ts';

export interface Fault {
  readonly rule:
    | 'GAP'
    | 'HASH'
    | 'BYTES'
    | 'SHAPE'
    | 'ORDER'
    | 'SUM'
    | 'CLOCK'
    | 'TABLE'
    | 'PLAN'
    | 'NODE'
    | 'ROOT'
    | 'SIGN';
  /** of the leaf; absent where a table is wrong */
  readonly index?: number;
  /** the first wrong byte of that leaf, from 0 */
  readonly byte?: number;
  readonly found: string;
  readonly expected: string;
}

export interface Entry {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly hash: Uint8Array;
}

/** A tree head known from elsewhere: a checkpoint that has left the machine. */
export interface Head {
  readonly size: number;
  readonly root: Uint8Array;
}

/** A complete subtree of 2^level leaves, which begins at leaf index * 2^level. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
  readonly hash: Uint8Array;
}

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Takes entries in order. */
export class Verification {
  readonly faults: Fault[] = [];
  readonly story = new Story();
  readonly #heads: readonly Head[];
  /** roots of complete subtrees, the largest first, with their sizes */
  readonly #trees: { size: number; hash: Buffer }[] = [];
  #size = 0;
  #grown: Subtree[] = [];

  constructor(heads: readonly Head[] = []) {
    this.#heads = heads;
    this.#compare();
  }

  add({ index, leaf, hash }: Entry): void {
    if (index !== this.#size)
      this.#say({
        rule: 'GAP',
        index,
        found: `index ${String(index)}`,
        expected: `index ${String(this.#size)}`,
      });
    const own = sha256(Buffer.of(0), leaf);
    if (!own.equals(hash))
      this.#say({
        rule: 'HASH',
        index,
        found: `a stored hash of ${short(hash)}`,
        expected: `the SHA-256 of 0x00 and these bytes, ${short(own)}`,
      });
    this.#grow(own);
    const said = this.#read(index, leaf);
    if (said) for (const fault of this.story.tell(said)) this.#say({ ...fault, index });
  }

  get size(): number {
    return this.#size;
  }

  /** The subtrees completed since this was last asked. */
  grown(): readonly Subtree[] {
    const grown = this.#grown;
    this.#grown = [];
    return grown;
  }

  /** RFC 6962 section 2.1, over the bytes that were read and not the hashes that were stored. */
  root(): Buffer {
    const [last, ...rest] = this.#trees.toReversed();
    if (!last) return sha256();
    return rest.reduce((right, left) => sha256(Buffer.of(1), left.hash, right), last.hash);
  }

  /** After the last entry: heads of a larger log, and what the story has left open. */
  end(): readonly Fault[] {
    for (const { size } of this.#heads)
      if (size > this.#size)
        this.#say({
          rule: 'ROOT',
          found: `a log of ${String(this.#size)} entries`,
          expected: `the ${String(size)} that a checkpoint knows: the tail is gone, or an older log was restored`,
        });
    return this.faults;
  }

  #say(fault: Fault): void {
    this.faults.push(fault);
  }

  #grow(hash: Buffer): void {
    let node = { size: 1, hash };
    let level = 0;
    for (let last = this.#trees.at(-1); last?.size === node.size; last = this.#trees.at(-1)) {
      this.#trees.pop();
      node = { size: node.size * 2, hash: sha256(Buffer.of(1), last.hash, node.hash) };
      level += 1;
      this.#grown.push({ level, index: (this.#size + 1) / node.size - 1, hash: node.hash });
    }
    this.#trees.push(node);
    this.#size += 1;
    this.#compare();
  }

  #compare(): void {
    for (const { size, root } of this.#heads)
      if (size === this.#size && !this.root().equals(root))
        this.#say({
          rule: 'ROOT',
          found: `root ${short(this.root())} of ${String(size)} entries`,
          expected: `${short(root)}, which a checkpoint knows: an entry among them was changed`,
        });
  }

  /** The leaf when its bytes are canonical JSON of a known kind. */
  #read(index: number, bytes: Uint8Array): Leaf | undefined {
    const said = parsed(bytes);
    if (typeof said !== 'object' || said === null || Array.isArray(said)) {
      this.#say({
        rule: 'BYTES',
        index,
        byte: 0,
        found: 'bytes that are no JSON object',
        expected: 'canonical JSON',
      });
      return undefined;
    }
    const byte = firstDifference(bytes, Buffer.from(canonical(said), 'utf8'));
    if (byte !== undefined)
      this.#say({
        rule: 'BYTES',
        index,
        byte,
        found: 'JSON that is written otherwise',
        expected: 'RFC 8785',
      });
    const { v, type, operation, at } = said as {
      v?: unknown;
      type?: unknown;
      operation?: unknown;
      at?: unknown;
    };
    const known = typeof type === 'string' && Object.hasOwn(appendedBy, type);
    const meant = known ? (operationOf as Partial<Record<LeafType, string>>)[type as LeafType] : undefined;
    if (v !== 1 || !known || operation !== meant || typeof at !== 'string' || !instant.test(at)) {
      this.#say({
        rule: 'SHAPE',
        index,
        found: 'a leaf of no known kind',
        expected: 'one of schemas/leaf.ts, version 1',
      });
      return undefined;
    }
    return said as Leaf;
  }
}

const short = (hash: Uint8Array): string => `${Buffer.from(hash).toString('hex').slice(0, 16)}…`;

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const parsed = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
};

/** RFC 8785 for what leaves are made of: JSON.stringify writes its scalars, and the default sort its order of keys. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, of]) => `${JSON.stringify(name)}:${canonical(of)}`).join(',')}}`;
};

const firstDifference = (a: Uint8Array, b: Uint8Array): number | undefined => {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) if (a[at] !== b[at]) return at;
  return a.length === b.length ? undefined : shorter;
};
