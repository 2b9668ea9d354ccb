import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryTarget } from '../../activities/delivery/adapter.ts';
import { openDirectory } from '../../activities/delivery/directory.ts';
import { hear, readAnswer, writeAnswer } from '../../activities/delivery/receipt.ts';
import { generateKeyPair } from '../../activities/package/keys.ts';
import type { KeyPair } from '../../activities/package/keys.ts';
import { openGpg } from '../gpg.ts';

const awaited = {
  survey: 'victims',
  period: '2026-10',
  name: 'victims-2026-10-0123456789abcdef.pgp',
  sha256: '0123456789abcdef'.repeat(4),
  records: 1200,
};
const about = { at: '2026-11-17T09:00:00Z', by: 'Ash' };
const hashOf = (of: Uint8Array = new Uint8Array()) => createHash('sha256').update(of).digest('hex');
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const good = {
  cordon: 1,
  kind: 'receipt',
  survey: 'victims',
  period: '2026-10',
  package: awaited.sha256,
  records: 1200,
  ...about,
};

let processor: KeyPair;
let root: string;
let target: DeliveryTarget;
beforeAll(async () => {
  processor = await generateKeyPair('Processor');
});
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'answers-'));
  await mkdir(join(root, 'inbound'));
  target = openDirectory({ directory: join(root, 'inbound'), answers: root });
});
afterEach(() => rm(root, { recursive: true }));

const lay = async (files: readonly { name: string; bytes: Uint8Array }[]) => {
  for (const { name, bytes } of files) await writeFile(join(root, name), bytes);
};

describe('a receipt', () => {
  it('is heard when it lies beside its signature, and not before either', async () => {
    const files = await writeAnswer('receipt', awaited, about, { signingKey: processor.privateKey });
    expect(files.map(({ name }) => name)).toEqual([
      `${awaited.name}.receipt.json.sig`,
      `${awaited.name}.receipt.json`,
    ]);
    expect(await hear(target, 'receipt', awaited, processor.publicKey)).toEqual({ state: 'silent' });
    await lay(files.slice(1));
    expect(await hear(target, 'receipt', awaited, processor.publicKey)).toEqual({ state: 'unsigned' });
    await lay(files);
    const heard = await hear(target, 'receipt', awaited, processor.publicKey);
    expect(heard).toEqual({ state: 'answered', answer: good, sha256: hashOf(files[1]?.bytes) });
    expect(await hear(target, 'certificate', awaited, processor.publicKey)).toEqual({ state: 'silent' });
  });

  it('is refused, and told by its hash, when another key signed it, or other bytes', async () => {
    const stranger = await generateKeyPair('Stranger');
    const files = await writeAnswer('receipt', awaited, about, { signingKey: stranger.privateKey });
    await lay(files);
    const malformed = {
      state: 'refused',
      refusal: { code: 'RECEIPT_MALFORMED', found: 'a signature that does not hold' },
      sha256: hashOf(files[1]?.bytes),
    };
    expect(await hear(target, 'receipt', awaited, processor.publicKey)).toMatchObject(malformed);
    const [signature] = await writeAnswer(
      'receipt',
      awaited,
      { ...about, by: 'Elm' },
      {
        signingKey: processor.privateKey,
      },
    );
    if (signature) await lay([signature]);
    expect(await hear(target, 'receipt', awaited, processor.publicKey)).toMatchObject(malformed);
    // too long to be read, and so without a hash
    await lay([{ name: `${awaited.name}.receipt.json`, bytes: new Uint8Array(2 ** 20 + 1) }]);
    const long = await hear(target, 'receipt', awaited, processor.publicKey);
    expect(long).toMatchObject({ state: 'refused', refusal: { code: 'RECEIPT_MALFORMED' } });
    expect(long).not.toHaveProperty('sha256');
  });

  it('needs no signature where the register names no key for answers', async () => {
    const files = await writeAnswer('certificate', awaited, about);
    await lay(files);
    expect(await hear(target, 'certificate', awaited)).toEqual({
      state: 'answered',
      answer: { ...good, kind: 'certificate' },
      sha256: hashOf(files[0]?.bytes),
    });
  });

  it('may be signed by GnuPG, armoured or not', async () => {
    await using gpg = await openGpg();
    await gpg.importKey(processor.privateKey);
    const path = await gpg.file('r.json', bytes(good));
    for (const armour of [[], ['--armor']]) {
      const { stdout } = await gpg.run([...armour, '--output', '-', '--detach-sign', path]);
      const signed = { signature: stdout, publicKey: processor.publicKey };
      expect(await readAnswer(bytes(good), 'receipt', awaited, signed)).toEqual(good);
    }
  });

  it.each([
    ['no JSON', new TextEncoder().encode('thank you'), 'no JSON'],
    ['no UTF-8', Uint8Array.of(0xff, 0xfe), 'no JSON'],
    ['a list', bytes([good]), 'wrong: an unknown field'],
    ['a field too many', bytes({ ...good, comment: 'Ash rang' }), 'wrong: an unknown field'],
    ['a missing field', bytes({ ...good, by: undefined }), 'wrong: by'],
    ['records as text', bytes({ ...good, records: '1200' }), 'wrong: records'],
    ['a time without zone', bytes({ ...good, at: '2026-11-17T09:00:00' }), 'wrong: at'],
    ['several faults', bytes({ ...good, cordon: 2, period: '2026-13' }), 'wrong: cordon, period'],
  ])('that is %s is malformed, and told without what was written in it', async (_, made, found) => {
    await expect(readAnswer(made, 'receipt', awaited)).rejects.toMatchObject({
      type: 'RECEIPT_MALFORMED',
      details: [{ code: 'RECEIPT_MALFORMED', found }],
    });
  });

  it.each([
    ['kind', { kind: 'certificate' }],
    ['survey', { survey: 'perception' }],
    ['period', { period: '2026-09' }],
    ['package', { package: 'ff'.repeat(32) }],
    ['records', { records: 1199 }],
  ])('about another %s does not match', async (field, other) => {
    await expect(readAnswer(bytes({ ...good, ...other }), 'receipt', awaited)).rejects.toMatchObject({
      type: 'RECEIPT_MISMATCH',
      details: [{ code: 'RECEIPT_MISMATCH', found: `another ${field}` }],
    });
  });
});
