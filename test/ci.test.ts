// The line that CI ends with is somebody's only look at a run: it may never be better than the run was.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from './tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'cordon-ci-'));
afterAll(() => rmSync(folder, { recursive: true }));

const count = (report: string | undefined, status: number) => {
  const file = join(folder, 'report.json');
  rmSync(file, { force: true });
  if (report !== undefined) writeFileSync(file, report);
  const ran = spawnSync(process.execPath, [join(root, '.ci/count.mjs'), file, String(status)], {
    encoding: 'utf8',
  });
  return { line: ran.stdout, exit: ran.status };
};

const passed = { status: 'passed', assertionResults: [{ status: 'passed' }] };
const failed = { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] };
const unloaded = { status: 'failed', assertionResults: [] };
const report = (numPassedTests: number, numFailedTests: number, ...testResults: readonly object[]) =>
  JSON.stringify({ numPassedTests, numFailedTests, testResults });

test('a run in which everything passed says so, and exits with 0', () => {
  expect(count(report(3, 0, passed), 0)).toEqual({ line: '3 passed, 0 failed\n', exit: 0 });
});

test('failed tests are counted, and the exit is not 0', () => {
  expect(count(report(3, 1, passed, failed), 1)).toEqual({ line: '3 passed, 1 failed\n', exit: 1 });
  expect(count(report(3, 1, passed, failed), 0)).toEqual({ line: '3 passed, 1 failed\n', exit: 1 });
});

test('a file that could not be loaded is one failure, not none', () => {
  expect(count(report(3, 0, passed, unloaded), 1)).toEqual({ line: '3 passed, 1 failed\n', exit: 1 });
});

test('a run that failed without a failed test is not called green', () => {
  expect(count(report(3, 0, passed), 1)).toEqual({ line: '3 passed, 1 failed\n', exit: 1 });
});

test('a report that is missing, broken or of another kind is no count', () => {
  for (const text of [undefined, '{', '{}', '{"testResults":[]}'])
    expect(count(text, 0)).toEqual({ line: '', exit: 2 });
});
