// What a worker and a verifier refuse to start with: another role's address, a key that is none, a source that nobody
// names. Looked at here in this process, but for the last: that it ends before it polls.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateKeyPair } from '../../activities/package/keys.ts';
import { withConnection } from '../../sql/connect.ts';
import { roleNames } from '../../sql/roles.ts';
import { answer } from '../../worker/answer.ts';
import { refused } from '../../worker/exit.ts';
import { ready } from '../../worker/ready.ts';
import { freePort } from '../../worker/stack/port.ts';
import type { Month } from '../month.ts';
import { few } from '../declaration.ts';
import { createMonth } from '../month.ts';
import { cordon, tooLong, typed } from './command.ts';
import type { Said } from './command.ts';

let month: Month;
let port: number;
beforeAll(async () => {
  month = await createMonth({ rows: 0, edit: few, own: true });
  port = await freePort();
});
afterAll(() => month.stop());

type Given = Readonly<Record<string, string | undefined>>;
const started = (given: Given, role = 'worker'): Promise<Said> =>
  cordon(['worker', '--role', role], { ...month.installation.env, ...given });

const start = async (given: Given, role: 'worker' | 'verifier' = 'worker'): Promise<Said> => {
  try {
    await ready({ ...month.installation.env, ...given }, role);
    return { out: 'ready', code: 0, err: '' };
  } catch (e) {
    const { lines, code } = refused(await answer(e));
    return { out: '', code, err: `${lines.join('\n')}\n` };
  }
};

/** It ends before it polls, with a code, and shows no secret. */
const no = (said: Said, exit: number, found: string): void => {
  expect({ out: said.out, code: said.code }).toEqual({ out: '', code: exit });
  expect(said.err).toMatch(/^cordon: [A-Z_]+\n {2}found {5}\S/);
  expect(said.err.replaceAll(/\n +/g, ' ')).toContain(found);
  expect(said.err).not.toMatch(/^\s+at .*:\d+|node:internal/m);
  expect(tooLong(said.err)).toEqual([]);
  const { env, passwords } = month.installation;
  for (const secret of [...Object.values(passwords), env['CORDON_TOKEN_KEY'] ?? ''])
    expect(said.err).not.toContain(secret);
};

test('apply is refused as one of the other roles, and never asks that it be made the owner', async () => {
  const { urls, env, prefix, processor } = month.installation;
  const args = ['apply', 'schemas/pipelines/warwickshire-victims.yaml', '--processor', processor.file];
  const [applied, printed] = await Promise.all([
    typed(args, { ...env, DATABASE_URL: urls.worker }),
    typed(['apply', '--roles-sql'], { ...env, DATABASE_URL: urls.clerk }),
  ]);
  const names = roleNames(prefix);
  no(applied, 1, `DATABASE_URL that logs in as ${names.worker}`);
  no(printed, 1, `DATABASE_URL that logs in as ${names.clerk}`);
  for (const said of [applied, printed]) expect(said.err).not.toContain('grant ');
});

describe('a process does not poll', () => {
  test('as anybody but its own role: superuser, owner, each of the others, a role with an owner’s rights', async () => {
    const { urls, prefix } = month.installation;
    const names = roleNames(prefix);
    const admin = new URL(urls.admin).username;
    const as = (url: string, role: 'worker' | 'verifier' = 'worker') =>
      start({ [role === 'worker' ? 'CORDON_WORKER_URL' : 'CORDON_VERIFIER_URL']: url }, role);
    no(await as(urls.admin), 1, `CORDON_WORKER_URL that logs in as ${admin}`);
    no(await as(urls.owner), 1, `CORDON_WORKER_URL that logs in as ${names.owner}`);
    no(await as(urls.verifier), 1, `CORDON_WORKER_URL that logs in as ${names.verifier}`);
    no(await as(urls.worker, 'verifier'), 1, `CORDON_VERIFIER_URL that logs in as ${names.worker}`);
    no(await start({ CORDON_PREFIX: undefined }), 1, 'logs in as');
    await withConnection(urls.admin, 'test', async (db) => {
      await db.query(`grant ${names.owner} to ${names.worker}`);
      no(await start({}), 1, `is a member of ${names.owner}`);
      await db.query(`revoke ${names.owner} from ${names.worker}`);
      await db.query(`alter role ${names.worker} superuser`);
      no(await start({}), 1, 'is a superuser');
      await db.query(`alter role ${names.worker} nosuperuser`);
    });
  }, 90_000);

  test('with an address that leads nowhere: it names the variable and the place', async () => {
    const url = (change: (it: URL) => void): Given => {
      const it = new URL(month.installation.urls.worker);
      change(it);
      return { CORDON_WORKER_URL: it.href };
    };
    const place = (it: URL) => (it.port = String(port));
    const [password, database, host, nonsense] = await Promise.all([
      start(url((it) => (it.password = 'other'))),
      start(url((it) => (it.pathname = '/nosuch'))),
      start(url(place)),
      start({ CORDON_WORKER_URL: 'nonsense' }),
    ]);
    no(password, 3, 'PostgreSQL answered 28P01');
    no(database, 3, 'PostgreSQL answered 3D000');
    no(host, 3, `ECONNREFUSED at 127.0.0.1:${String(port)}`);
    for (const said of [password, database, host]) expect(said.err).toContain('CORDON_WORKER_URL');
    no(nonsense, 1, 'CORDON_WORKER_URL that is no address of PostgreSQL');
  });

  test('with a key that is none, or a source of a plan in force that nobody names', async () => {
    const locked = await generateKeyPair('other');
    const [sender, half, ssh, token, unset, odd, drop] = await Promise.all([
      start({ CORDON_SENDER_KEY: 'garbage' }),
      start({ CORDON_SENDER_KEY: locked.publicKey }),
      start({ CORDON_SFTP_KEY: 'garbage' }),
      start({ CORDON_TOKEN_KEY: 'garbage' }),
      start({ CORDON_SOURCE_RECORDS: undefined }),
      start({ CORDON_SOURCE_RECORDS: 'nonsense' }),
      start({ CORDON_SOURCE_RECORDS: 'nonsense' }, 'verifier'),
    ]);
    for (const said of [sender, half]) no(said, 1, 'no readable OpenPGP private key');
    no(ssh, 1, 'a private key that cannot be read');
    no(token, 1, 'CORDON_TOKEN_KEY that is not a key');
    no(unset, 1, 'CORDON_SOURCE_RECORDS is not set');
    for (const said of [odd, drop]) no(said, 1, 'CORDON_SOURCE_RECORDS that is no address of a source');
  });

  test('without a place off this machine for checkpoints, or a key that signs them', async () => {
    const places = [
      '',
      ' ',
      '/folder',
      'https://example.com/x',
      'sftp://user@host/folder',
      'file://host/folder',
    ];
    const pinned = `sftp://user:geheim@host/folder?host_key=SHA256:${'A'.repeat(43)}`;
    const [unset, ...wrong] = await Promise.all(
      [...places, pinned, `file:///good ${pinned}`].map((given) => start({ CORDON_CHECKPOINTS: given })),
    );
    no(unset ?? expect.fail('an answer'), 1, 'CORDON_CHECKPOINTS is not set');
    for (const said of wrong) {
      no(said, 1, 'CORDON_CHECKPOINTS that names no place');
      expect(said.err).not.toContain('geheim');
    }
    no(await start({ CORDON_LEDGER_KEY: undefined }), 1, 'CORDON_LEDGER_KEY is not set');
    no(await start({ CORDON_LEDGER_KEY: '07'.repeat(33) }), 1, 'CORDON_LEDGER_KEY of 33 bytes');
  });

  test('in a namespace that there is not, nor with another role’s address: each process ends', async () => {
    const nowhere = { TEMPORAL_NAMESPACE: 'nosuch' };
    const [worker, verifier, owner] = await Promise.all([
      started(nowhere),
      started(nowhere, 'verifier'),
      started({ CORDON_WORKER_URL: month.installation.urls.owner }),
    ]);
    for (const said of [worker, verifier]) no(said, 1, 'no namespace nosuch');
    no(owner, 1, 'CORDON_WORKER_URL that logs in as');
  });

  test('but does with what the installation has', async () => {
    for (const role of ['worker', 'verifier'] as const)
      expect(await start({}, role)).toEqual({ out: 'ready', code: 0, err: '' });
  });

  test('before the schema is there, or with one that is newer than its code', async () => {
    await month.query('insert into cordon.migration (id) values (999)');
    no(await start({}), 1, 'schema 999');
    await month.query('drop schema cordon cascade');
    no(await start({}), 3, 'PostgreSQL answered 42P01');
  });
});
