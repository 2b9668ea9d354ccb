// Bytes to text, before YAML sees them: UTF-8 without surprises, of a size a person can have written.
import type { Mistake, MistakeCode } from './mistake.ts';

const maxBytes = 1024 * 1024;
// The parser needs quadratic time on some hostile lines, and nobody reviews one that is longer.
const maxLine = 4000;

type Decoded =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly mistakes: Mistake[] };

/** A byte order mark is dropped; UTF-16, control characters and broken sequences are mistakes with a place. */
export const decode = (file: string, bytes: Uint8Array): Decoded => {
  const refuse = (
    text: string,
    at: number,
    code: MistakeCode,
    found: string,
    expected: string,
    remedy: string,
  ) => {
    const before = text.slice(0, at).split('\n');
    const column = Array.from(before.at(-1) ?? '').length + 1;
    const quote = text.split('\n', before.length).at(-1) ?? '';
    const place = { line: before.length, column, length: 1, quote };
    return { ok: false as const, mistakes: [{ file, ...place, code, found, expected, remedy }] };
  };
  if (bytes.length > maxBytes)
    return refuse('', 0, 'too-large', `${bytes.length} bytes`, `at most ${maxBytes} bytes`, 'split the file');
  const text = new TextDecoder('utf-8').decode(bytes);
  // oxlint-disable-next-line no-control-regex
  const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\r(?!\n)/.exec(text);
  if (bytes[0] === 0xfe || bytes[0] === 0xff)
    return refuse('', 0, 'encoding', 'UTF-16 or unknown bytes', 'UTF-8', 'save the file as UTF-8');
  if (control) {
    const found = `the control character U+${control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
    return refuse(text, control.index, 'binary', found, 'text', 'delete it, or give the YAML file itself');
  }
  const long = new RegExp(`^.{${maxLine},}`, 'mu').exec(text);
  if (long)
    return refuse(
      text,
      long.index,
      'too-large',
      'a longer line',
      `lines of at most ${maxLine} characters`,
      'break the line',
    );
  const broken = text.indexOf('\ufffd');
  if (broken >= 0)
    return refuse(text, broken, 'encoding', 'bytes that are not UTF-8', 'UTF-8', 'save the file as UTF-8');
  return { ok: true, text };
};
