// Against a published note and key, and against whatever can be done to one.
import { describe, expect, test } from 'vitest';
import { openCheckpoint, signCheckpoint } from '../../sql/ledger/checkpoint.ts';
import {
  noteSigner,
  openNote,
  parseLogKeys,
  parseVerifierKey,
  signNote,
  verifierKey,
} from '../../sql/ledger/note.ts';

const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const seed = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const text =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const note = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

describe('a signed note', () => {
  test('that is published is opened by its key, and made again byte for byte', () => {
    expect(openNote(note, [parseVerifierKey(vkey)])).toBe(text);
    const signer = noteSigner('PeterNeumann', seed);
    expect(verifierKey(signer)).toBe(vkey);
    expect(signNote(text, signer)).toBe(note);
  });

  test('by somebody unknown as well is opened, by nobody known, or changed, is not', () => {
    const mine = noteSigner('police.example/cordon', Buffer.alloc(32, 9));
    const known = parseVerifierKey(verifierKey(mine));
    const [theirs] = note.split('\n').slice(-2);
    const both = `${signNote(text, mine)}${theirs ?? ''}\n`;
    expect(openNote(both, [known])).toBe(text);
    expect(() => openNote(note, [known])).toThrow('no known key');
    expect(() => openNote(both, [known, parseVerifierKey(vkey.replace('Peter', 'Peter'))])).not.toThrow();
    const changed = both.replace('answer', 'Answer');
    expect(() => openNote(changed, [known])).toThrow('not of this text');
  });

  const spoiled = [
    '',
    text,
    note.slice(0, -1),
    note.replace('\n\n', '\n'),
    note.replace('— ', '- '),
    note.replace('x08go', 'x08gp'),
    note.replace('wJnAM=', 'wJnAM'),
    note.replace('wJnAM=', 'wJnAN='),
    note.replace('problem,\n', 'problem,\r\n'),
    note.replace('your problem,', 'your\tproblem,'),
    `${note}\n`,
    `${note}— PeterNeumann AAAA\n`,
  ];
  test.each(spoiled.map((bad) => [JSON.stringify(bad.slice(-60)), bad]))('%s is none', (_, bad) => {
    expect(() => openNote(bad, [parseVerifierKey(vkey)])).toThrow();
  });

  test.each([
    vkey.replace('c74f', 'c74e'),
    vkey.replace('PeterNeumann', 'Peter'),
    vkey.replace('+ARpc', '+ASpc'),
    vkey.slice(0, -4),
    'PeterNeumann',
    '',
  ])('%s is no verifier key', (bad) => {
    expect(() => parseVerifierKey(bad)).toThrow('not an Ed25519 verifier key');
  });
});

describe('a checkpoint', () => {
  const signer = noteSigner('police.example/cordon', Buffer.alloc(32, 9));
  const verifier = parseLogKeys(verifierKey(signer));
  const head = { size: 57, root: Buffer.alloc(32, 1) };

  test('says origin, size and root, and is opened as it was signed', () => {
    const said = signCheckpoint(head, signer);
    expect(said).toMatch(
      /^police\.example\/cordon\n57\nAQEBAQ[A-Za-z0-9+/]+=\n\n— police\.example\/cordon \S+\n$/,
    );
    expect(openCheckpoint(said, verifier)).toEqual(head);
  });

  test.each([
    ['another origin', 'other.example/cordon\n57\n'],
    ['a size with a zero before it', 'police.example/cordon\n057\n'],
    ['a size that is none', 'police.example/cordon\n-1\n'],
    ['a size beyond a double', 'police.example/cordon\n9999999999999999\n'],
  ])('of %s is refused, though it is signed', (_, start) => {
    const note = signNote(`${start}${head.root.toString('base64')}\n`, signer);
    expect(() => openCheckpoint(note, verifier)).toThrow('not a checkpoint of this log');
  });

  test('with a root of another length, or lines beyond it, is refused', () => {
    const of = (rest: string) => () =>
      openCheckpoint(signNote(`police.example/cordon\n57\n${rest}`, signer), verifier);
    expect(of(`${Buffer.alloc(31).toString('base64')}\n`)).toThrow('not a checkpoint');
    expect(of(`${head.root.toString('base64')}\nmore\n`)).toThrow('not a checkpoint');
  });
});
