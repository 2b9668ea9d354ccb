// The first command of the README, as somebody runs it: from another folder, twice at once, and killed half-way.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withConnection } from '../../sql/connect.ts';
import { projectRoot } from '../../worker/stack/runfolder.ts';
import { postgresServer, temporalServer } from '../servers.ts';
import { cordon, tooLong } from './command.ts';

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'cordon-demo-'));
});
afterAll(() => rm(place, { recursive: true, force: true }));

const withoutServers = { DATABASE_URL: undefined, TEMPORAL_ADDRESS: undefined };

/** All processes of the machine that were started for this run. */
const running = async (what: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const texts = ['cmdline', 'environ'].map((file) =>
      readFile(`/proc/${name}/${file}`, 'latin1').catch(() => ''),
    );
    if ((await Promise.all(texts)).some((text) => text.includes(what))) found.push(name);
  }
  return found;
};

/** The name of the database that the children of a demonstration work in. */
const databaseOf = async (parent: number): Promise<string> => {
  const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'latin1');
  for (const pid of children.trim().split(' ')) {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    const [, name] = /CORDON_WORKER_URL=[^\0]*\/(cordon_[0-9a-f]{10})\0/.exec(environment) ?? [];
    if (name !== undefined) return name;
  }
  throw new Error('no worker among its children');
};

test('two at once, from another folder, each tell a whole month and leave nothing running', async () => {
  const homes = [join(place, 'one'), join(place, 'two')];
  const before = await readdir(projectRoot);
  const both = await Promise.all(
    homes.map((home) => cordon(['demo', '--exit'], { ...withoutServers, CORDON_HOME: home }, { cwd: place })),
  );
  for (const [at, { code, out, err }] of both.entries()) {
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const stage of ['extract', 'screen', 'sample', 'minimise', 'transfer'])
      expect(out).toMatch(new RegExp(`^${stage} +[\\d,]+ rows +\\d+\\.\\d s   `, 'm'));
    expect(out).toMatch(/^purge +\d copies +\d+\.\d s {3}erased, and proved by the verifier$/m);
    expect(out).toMatch(/^\(played\) b\.officer signs the release: 2 of 2$/m);
    expect(out).toMatch(/^ {2}- struck at transfer: opted-out +1 /m);
    expect(out).toMatch(/^Outcome {4}delivered$/m);
    expect(out).toMatch(/^Outcomes .*: opted-out 1, refused 1, wrong-number 1$/m);
    expect(out).toMatch(/^Temporal {3}http:\/\/127\.0\.0\.1:\d+\/namespaces\//m);
    const [, file = ''] = /^Delivered {2}(\S+\.pgp),/m.exec(out) ?? [];
    const [, folder = ''] = /^ {11}in (\S+)$/m.exec(out) ?? [];
    expect(existsSync(join(place, folder, file))).toBe(true);
    // a folder that lies deep may make its own line long, and nothing else
    expect(tooLong(out).filter((line) => !line.includes('/'))).toEqual([]);
    // servers have the folder in their arguments, worker and verifier the namespace in their environment
    const [, namespace = 'none'] = /^Temporal .*\/namespaces\/([^/]+)\//m.exec(out) ?? [];
    expect([...(await running(homes[at] ?? '')), ...(await running(namespace))]).toEqual([]);
  }
  expect(await readdir(place)).toEqual(['one', 'two']);
  expect(await readdir(projectRoot)).toEqual(before);
});

test('killed half-way it leaves no process, and nothing on the servers it borrowed', async () => {
  const home = join(place, 'killed');
  const { adminUrl } = await postgresServer();
  const { address } = await temporalServer();
  const ours = () =>
    withConnection(adminUrl, 'test', async (admin) => {
      const { rows } = await admin.query<{ name: string }>(
        `select datname as name from pg_database where datname ~ '^cordon_[0-9a-f]{10}(_|$)'
         union all select rolname from pg_roles where rolname ~ '^cordon_[0-9a-f]{10}_'`,
      );
      return rows.map(({ name }) => name);
    });
  const child = spawn(process.execPath, [join(projectRoot, 'worker', 'cli.ts'), 'demo', '--exit'], {
    env: { ...process.env, DATABASE_URL: adminUrl, TEMPORAL_ADDRESS: address, CORDON_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('screen')) break;
  // its own database's name is in the environment of each process that works in it; other tests make theirs meanwhile
  const prefix = await databaseOf(child.pid ?? 0);
  const made = (await ours()).filter((name) => name.startsWith(prefix));
  expect(made).toContain(`${prefix}_records`);
  expect((await running(prefix)).length).toBeGreaterThanOrEqual(2);
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  await expect.poll(() => running(prefix), { timeout: 15_000 }).toEqual([]);
  await expect
    .poll(async () => (await ours()).filter((name) => made.includes(name)), { timeout: 15_000 })
    .toEqual([]);
});
