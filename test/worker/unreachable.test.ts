// What a command says of a server, a file or a folder that it cannot reach: which one, and the variable that leads there.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../worker/stack/port.ts';
import { postgresServer } from '../servers.ts';
import { coded, cordon, typed } from './command.ts';

const officer = ['--officer', 'a.officer'];
const key = { CORDON_TOKEN_KEY: randomBytes(32).toString('hex') };
const dead = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'cordon-no-'));
});
afterAll(() => rm(home, { recursive: true }));

test('names the variable, the host or the path that leads nowhere, and no login', async () => {
  const url = (host: string) => `postgres://cordon_clerk:geheim@${host}/cordon`;
  const file = join(home, 'file');
  await writeFile(file, '');
  const add = (host: string) =>
    typed(
      ['register', 'add', ...officer],
      { CORDON_CLERK_URL: url(host), ...key },
      { input: 'phone: 01632 960001' },
    );
  const run = { ...dead, CORDON_HOME: home };
  const [unknown, wrong, nonsense, away, folder] = await Promise.all([
    add('nosuch.invalid'),
    typed(['apply', '--roles-sql'], { DATABASE_URL: 'nonsense' }),
    cordon(['demo', '--exit'], { ...run, DATABASE_URL: 'nonsense' }),
    cordon(['demo', '--exit'], { ...run, DATABASE_URL: url('127.0.0.1:1') }),
    cordon(['demo', '--exit'], { CORDON_HOME: join(file, 'home') }),
  ]);
  expect(unknown.err.replaceAll(/\n +/g, ' ')).toMatch(
    /found {5}E(NOTFOUND|AI_AGAIN) at nosuch\.invalid\/cordon, where CORDON_CLERK_URL leads/,
  );
  for (const said of [wrong, nonsense])
    coded({ ...said, out: '' }, 1, 'DATABASE_URL that is no address of PostgreSQL');
  coded({ ...away, out: '' }, 3, 'ECONNREFUSED at 127.0.0.1:1/cordon, where DATABASE_URL leads');
  coded({ ...folder, out: '' }, 3, `ENOTDIR at ${join(file, 'home', 'demo')}`);
  for (const said of [unknown, away]) expect(said.err).not.toContain('geheim');
});

test('the demonstration names the Temporal that does not answer, as every command does', async () => {
  const { adminUrl } = await postgresServer();
  const address = `127.0.0.1:${String(await freePort())}`;
  const env = { DATABASE_URL: adminUrl, TEMPORAL_ADDRESS: address, CORDON_HOME: home };
  const said = await cordon(['demo', '--exit'], env);
  coded({ ...said, out: '' }, 3, `no Temporal server answers at ${address}`);
  expect(said.err).toMatch(/^cordon: TEMPORAL_UNREACHABLE$/m);
});
