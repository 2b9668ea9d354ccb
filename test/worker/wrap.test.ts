import { basename, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { shorter, wrap } from '../../worker/wrap.ts';

test('a line of eighty columns stays, a longer one goes on under what hangs, and no word is lost', () => {
  const line = 'x'.repeat(80);
  expect(wrap(line)).toEqual([line]);
  const words = Array.from({ length: 40 }, (_, n) => `word${String(n)}`).join(', ');
  const wrapped = wrap(`  fields     ${words}`, 13);
  expect(wrapped.filter((each) => each.length > 80)).toEqual([]);
  expect(wrapped.slice(1).every((each) => /^ {13}\S/.test(each))).toBe(true);
  expect(wrapped.map((each) => each.trim()).join(' ')).toBe(`fields     ${words}`);
});

test('what cannot be broken stays whole', () => {
  const path = `/${'folder/'.repeat(20)}file`;
  expect(wrap(`  in ${path} there`)).toEqual(['  in', `  ${path}`, '  there']);
});

test('a path is relative to where the command was asked for, where that is shorter, and absolute elsewhere', () => {
  try {
    vi.stubEnv('INIT_CWD', undefined);
    expect(shorter(`${process.cwd()}/.cordon/demo`)).toBe('.cordon/demo');
    expect(shorter('/tmp')).toBe('/tmp');
    // npm --prefix here runs the script in the project, and says from where it was called
    vi.stubEnv('INIT_CWD', join(process.cwd(), '..'));
    expect(shorter(`${process.cwd()}/.cordon/demo`)).toBe(`${basename(process.cwd())}/.cordon/demo`);
  } finally {
    vi.unstubAllEnvs();
  }
});
