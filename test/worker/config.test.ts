import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  databaseUrl,
  keyRingOf,
  logPlaces,
  optional,
  prefix,
  sourceUrl,
  taskQueue,
  variables,
} from '../../worker/config.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Everything that an error carries. */
const thrownBy = (work: () => unknown): string => {
  try {
    work();
  } catch (e) {
    return JSON.stringify([e, (e as Error).message, (e as { details?: unknown }).details]);
  }
  throw new Error('nothing was thrown');
};

test('a value comes from its variable, else from the file its twin names, without the last line end', async () => {
  const file = join(folder, 'secret');
  await writeFile(file, 'from a file\nof two lines\r\n');
  expect(optional({ X: 'direct', X_FILE: file }, 'X')).toBe('direct');
  expect(optional({ X: '', X_FILE: file }, 'X')).toBe('from a file\nof two lines');
  expect(optional({ X_FILE: '' }, 'X')).toBe(undefined);
});

test('a file that cannot be read is a no, never taken for an unset variable', () => {
  expect(thrownBy(() => optional({ X_FILE: join(folder, 'nowhere') }, 'X'))).toContain('X_FILE');
});

test('a key is at least 32 bytes of hexadecimal digits, and no message holds what it was', () => {
  const key = 'ab'.repeat(32);
  const later = 'cd'.repeat(32);
  expect(keyRingOf({ CORDON_TOKEN_KEY: ` ${key}\n\n${later}\n` })).toEqual([
    Buffer.from(key, 'hex'),
    Buffer.from(later, 'hex'),
  ]);
  for (const bad of [key.slice(2), `${key}a`, `${key}zz`, `${later}\n${key}zz`]) {
    const said = thrownBy(() => keyRingOf({ CORDON_TOKEN_KEY: bad }));
    expect(said).toContain('CORDON_TOKEN_KEY');
    expect(said).not.toContain(bad.slice(0, 8));
  }
});

test('an address of PostgreSQL is one, and its password is in no message', () => {
  const good = 'postgres://cordon_worker:p%40ss@db.example:5432/cordon';
  expect(databaseUrl({ CORDON_WORKER_URL: good }, 'worker')).toBe(good);
  for (const bad of ['https://u:geheim@db.example/x', 'geheim', 'host=db password=geheim'])
    expect(thrownBy(() => databaseUrl({ CORDON_WORKER_URL: bad }, 'worker'))).not.toContain('geheim');
});

test('logs lie in files and folders of this machine, several with blanks between, or nobody has said where', () => {
  expect(logPlaces({ CORDON_LOGS: ' file:///logs  file:///more%20logs/worker.log' })).toEqual([
    '/logs',
    '/more logs/worker.log',
  ]);
  expect(logPlaces({})).toEqual([]);
  for (const bad of ['/logs', 'file://elsewhere/logs', 'https://logs.example'])
    expect(() => logPlaces({ CORDON_LOGS: bad })).toThrow('INPUT');
});

test('names of roles and queues are plain ones, cordon unless set', () => {
  expect([prefix({}), taskQueue({})]).toEqual(['cordon', 'cordon']);
  expect([prefix({ CORDON_PREFIX: 'a_1' }), taskQueue({ CORDON_TASK_QUEUE: 'a-1' })]).toEqual(['a_1', 'a-1']);
  for (const bad of ['', 'A', '1a', 'a b', 'a"b', 'a'.repeat(62)]) {
    expect(() => prefix({ CORDON_PREFIX: bad })).toThrow('INPUT');
    expect(() => taskQueue({ CORDON_TASK_QUEUE: bad })).toThrow('INPUT');
  }
});

test('a declared connection is a variable of its own', () => {
  expect(sourceUrl({ CORDON_SOURCE_CRIME_RECORDS: 'file:///drop' }, 'crime-records')).toBe('file:///drop');
  expect(thrownBy(() => sourceUrl({}, 'crime-records'))).toContain('CORDON_SOURCE_CRIME_RECORDS is not set');
});

test('every variable that the README lists is one, and every one is listed', async () => {
  const { readFile } = await import('node:fs/promises');
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const listed = new Set(
    [...readme.matchAll(/`(?:CORDON|TEMPORAL|DATABASE)_[A-Z_]+[A-Z]`/g)].map(([m]) => m.slice(1, -1)),
  );
  const known = Object.keys(variables).filter((name) => !name.endsWith('_PASSPHRASE'));
  expect(known.filter((name) => !listed.has(name))).toEqual([]);
  const sdk = ['TEMPORAL_API_KEY'];
  expect([...listed].filter((name) => !known.includes(name) && !sdk.includes(name))).toEqual([]);
});
