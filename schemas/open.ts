// A file from the disk to parsed YAML. What cannot be read is a mistake like any other, with a code and no stack.
import { readFileSync, statSync } from 'node:fs';
import type { Mistake } from './mistake.ts';
import { parse } from './parse.ts';
import type { Parsed } from './parse.ts';

export type Opened =
  | { readonly ok: true; readonly parsed: Parsed }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'a folder',
  EACCES: 'a file that may not be read',
  EPERM: 'a file that may not be read',
};

export const open = (file: string): Opened => {
  const there = bytesAt(file);
  return there.ok ? parse(file, there.bytes) : there;
};

type Bytes =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

export const bytesAt = (file: string): Bytes => {
  const refuse = (found: string): Bytes => {
    const place = { file, line: 1, column: 1, length: 1, quote: '' };
    return {
      ok: false,
      mistakes: [
        {
          ...place,
          code: 'unreadable',
          found,
          expected: 'a readable YAML file',
          remedy: 'correct the path, or let this login read what is there',
        },
      ],
    };
  };
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) return refuse('a folder');
    // A pipe or a device might never end.
    if (!stat.isFile()) return refuse('no regular file');
    if (stat.size > 64 * 1024 * 1024) return refuse(`${stat.size} bytes`);
    return { ok: true, bytes: readFileSync(file) };
  } catch (e) {
    const code = e instanceof Error && 'code' in e ? String(e.code) : '';
    return refuse(reasons[code] ?? `a path that cannot be opened${code && ` (${code})`}`);
  }
};

/** True when there is something at that path, readable or not. */
export const isThere = (file: string): boolean => {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
};
