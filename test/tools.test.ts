import { expect, test } from 'vitest';
import { needs, tool } from './tools.ts';

const context = () => {
  const reasons: string[] = [];
  const skip = (reason?: unknown): never => {
    reasons.push(String(reason));
    throw new Error('skipped');
  };
  return { reasons, ctx: { skip } };
};

test('a program that is there is found by its path', () => {
  const { reasons, ctx } = context();
  expect(tool('sh')).toMatch(/\/sh$/);
  expect(needs('sh', ctx, {})).toBe(tool('sh'));
  expect(reasons).toEqual([]);
});

test('a missing program fails the test where CI is set, and does not skip it', () => {
  const { reasons, ctx } = context();
  expect(() => needs('no-such-program', ctx, { CI: 'true' })).toThrow('no-such-program is not installed');
  expect(reasons).toEqual([]);
});

test('a missing program skips the test with a reason elsewhere', () => {
  const { reasons, ctx } = context();
  expect(() => needs('no-such-program', ctx, {})).toThrow('skipped');
  expect(reasons).toEqual(['no-such-program is not installed; .ci/run installs it']);
});
