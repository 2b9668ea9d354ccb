// The command line as people meet it: help, wrong use, and servers that do not answer.
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { generateKeyPair } from '../../activities/package/keys.ts';
import { withConnection } from '../../sql/connect.ts';
import { freePort } from '../../worker/stack/port.ts';
import { createHands } from '../../worker/demo/officers.ts';
import { createDatabase } from '../database.ts';
import { temporalServer } from '../servers.ts';
import { makeNamespace } from '../../worker/stack/temporal-namespace.ts';
import { coded, cordon, tooLong, typed } from './command.ts';

// they run side by side, one of each kind as a process of its own
vi.setConfig({ testTimeout: 60_000 });
const commands =
  'check apply plan dev worker resume run status accept settle clock explain trace recall breach genuine ledger proof release officers seed recheck draw size allocate register retention certificate review dispose hold forgo close demo'.split(
    ' ',
  );

test.concurrent(
  'every command has help with an example, within eighty columns',
  async () => {
    const [all, ...each] = await Promise.all([
      cordon(['--help']),
      ...commands.map((name) => typed([name, '--help'])),
      cordon(['register', 'add', '--help']),
    ]);
    expect(commands.filter((name) => !all.out.includes(`\n  ${name} `))).toEqual([]);
    for (const said of [all, ...each]) {
      expect(said).toMatchObject({ code: 0, err: '' });
      expect(said.out).toMatch(/\nExample:\n {2}\$ .*(npx cordon|npm run demo)/);
      expect(tooLong(said.out)).toEqual([]);
    }
  },
  60_000,
);

test.concurrent(
  'wrong usage is code 2, one sentence and where to read on, and nothing is started',
  async () => {
    const wrong = [
      ['nonsense'],
      ['check'],
      ['apply'],
      ['apply', 'x.yaml', '--dry-run', '--to', 'x'],
      ['run', 'x'],
      ['worker', '--role', 'other'],
      ['status', '--x'],
    ];
    const ends = await Promise.all(wrong.map((args, at) => (at === 0 ? cordon(args) : typed(args))));
    for (const [at, said] of ends.entries()) {
      expect(said.code).toBe(2);
      const command = at === 0 ? '' : ` ${wrong[at]?.[0] ?? ''}`;
      const [, more] = said.err.match(/^error: .*\n(?: {2}.*\n)?( {2}do .*\n)$/) ?? [];
      expect(more).toBe(`  do        see npx cordon${command} --help\n`);
      expect(said.out).toBe('');
    }
  },
  60_000,
);

test.concurrent(
  'wrong usage of register repeats nothing of it, and no line is longer than eighty columns',
  async () => {
    const number = '07700900123';
    const wrong = [
      ['register', 'add', number],
      ['register', number],
      ['register', 'add', `--phone=${number}`],
      ['register', 'add', '--register', number],
      ['register', 'add', '--officer'],
      ['worker', '--role', `${'long '.repeat(20)}role`],
    ];
    for (const said of await Promise.all(wrong.map((args, at) => (at === 0 ? cordon(args) : typed(args))))) {
      expect(said).toMatchObject({ code: 2, out: '' });
      expect(said.err).toMatch(/^error: /);
      expect(said.err).not.toContain(number);
      expect(tooLong(said.err)).toEqual([]);
    }
  },
  60_000,
);

describe.concurrent('a no', () => {
  const dead = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const officer = ['--officer', 'a.officer'];
  const key = { CORDON_TOKEN_KEY: randomBytes(32).toString('hex') };

  test('names the variable that is missing or malformed, and never what it holds', async () => {
    const secret = 'not-hexadecimal-secret';
    const said = await Promise.all([
      cordon(['register', 'add', ...officer]),
      typed(['register', 'add']),
      typed(['register', 'add', ...officer], {
        CORDON_CLERK_URL: 'postgres://x/y',
        CORDON_TOKEN_KEY: secret,
      }),
      typed(['register', 'add', ...officer], { CORDON_CLERK_URL: secret, ...key }),
      typed(['register', 'add', ...officer], { CORDON_CLERK_URL_FILE: '/nowhere' }),
      typed(['apply', '--roles-sql'], { DATABASE_URL: 'postgres://db.example' }),
    ]);
    const found = ['CORDON_CLERK_URL is not set', 'nobody who acts', 'CORDON_TOKEN_KEY that is not a key'];
    found.push('CORDON_CLERK_URL that is no address', 'named by CORDON_CLERK_URL_FILE');
    found.push('without a login or without a database');
    for (const [at, each] of said.entries()) {
      coded(each, 1, found[at] ?? '');
      expect(each.err).not.toContain(secret);
    }
  });

  test('says which server does not answer, with code 3', async () => {
    const port = String(await freePort());
    const url = `postgres://cordon_clerk:geheim@127.0.0.1:${port}/cordon`;
    const [temporal, postgres] = await Promise.all([
      cordon(['status'], { TEMPORAL_ADDRESS: `127.0.0.1:${port}` }),
      typed(
        ['register', 'add', ...officer],
        { CORDON_CLERK_URL: url, ...key },
        { input: 'phone: 01632 960001' },
      ),
    ]);
    coded(temporal, 3, `no Temporal server answers at 127.0.0.1:${port}`);
    coded(postgres, 3, `ECONNREFUSED at 127.0.0.1:${port}`);
    expect(postgres.err).not.toMatch(/geheim|960001/);
  });

  test('names no value of what a clerk typed wrongly', async () => {
    const given = { CORDON_CLERK_URL: 'postgres://x@127.0.0.1:1/y', ...key };
    const said = await typed(['register', 'add', ...officer], given, { input: 'fone: 01632 960001\n' });
    coded(said, 1, 'line 1, which is not one field');
    expect(said.err).not.toContain('960001');
  });

  test('comes before anything is sent: no month, no wave of such a name', async () => {
    const [month, wave] = await Promise.all([
      typed(['run', 'my-survey', '2026-13', '--because', 'requested'], dead),
      typed(['release', 'show', 'nonsense'], dead),
    ]);
    coded(month, 1, 'no calendar month');
    coded(wave, 1, 'no wave of such a name');
  });
});

describe.concurrent('a first apply at a force', () => {
  let folder: string;
  let me: { url: string; admin: string; namespace: string; address: string; drop: () => Promise<void> };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cordon-apply-'));
    const database = await createDatabase({ name: 'force' });
    const login = `me_${randomBytes(5).toString('hex')}`;
    await withConnection(database.url, 'test', async (admin) => {
      await admin.query(`create role ${login} login password 'geheim'`);
      await admin.query(`alter database ${pg.escapeIdentifier(database.name)} owner to ${login}`);
    });
    const url = new URL(database.url);
    [url.username, url.password] = [login, 'geheim'];
    const { address } = await temporalServer();
    const namespace = `force-${randomBytes(4).toString('hex')}`;
    await makeNamespace({ address }, namespace, { Somebody: 'Keyword' });
    const roles = ['owner', 'worker', 'verifier', 'auditor', 'clerk'].map((kind) => `${login}_${kind}`);
    me = {
      url: url.href,
      admin: database.url,
      namespace,
      address,
      drop: async () => {
        await database.drop();
        await withConnection(database.adminUrl, 'test', async (admin) => {
          for (const role of [...roles, login]) await admin.query(`drop role if exists ${role}`);
        });
      },
    };
    await writeProcessor(folder);
  });
  afterAll(async () => {
    await me.drop();
    await rm(folder, { recursive: true });
  });

  test('asks an administrator for exactly what it prints, then makes schema, plan, attributes and schedule', async () => {
    const prefix = new URL(me.url).username;
    const env = { CORDON_PREFIX: prefix, TEMPORAL_ADDRESS: me.address, TEMPORAL_NAMESPACE: me.namespace };
    const urlFile = join(folder, 'url');
    await writeFile(urlFile, `${me.url}\n`);
    const file = { ...env, DATABASE_URL_FILE: urlFile };
    const args = [
      'apply',
      'schemas/pipelines/warwickshire-victims.yaml',
      '--processor',
      join(folder, 'p.yaml'),
    ];
    const early = await typed(args, file);
    coded(early, 1, 'roles or grants that are missing');
    const hands = await createHands(folder);
    const printed = await typed(['apply', '--roles-sql'], file);
    expect(printed).toMatchObject({ code: 0, err: '' });
    expect(printed.out).not.toContain('geheim');
    await withConnection(me.admin, 'test', (admin) => admin.query(printed.out));
    coded(await typed(args, file), 1, 'no officers file');
    const wrong = join(folder, 'wrong.sig');
    await writeFile(wrong, hands.of['a.officer'].sign(hands.document, 'officers'));
    const unsigned = await typed(['officers', 'apply', hands.file, '--signature', wrong], file);
    coded(unsigned, 1, 'a signature by another key');
    const officers = await typed(['officers', 'apply', hands.file, '--json'], file);
    expect(JSON.parse(officers.out)).toMatchObject({ version: 1, staff: 4, isNew: true });
    expect((await typed(['officers', 'apply', hands.file], file)).out).toContain('was in force already');
    const unasked = await typed([...args, '--key', `${folder}/d.officer.key`], file);
    expect(unasked.out).toMatch(/^ {2}\+ field phone will now leave for smsr$/m);
    expect(unasked.err).toContain('nothing was applied');
    const by = (officer: string, ...more: string[]) =>
      typed([...args, '--yes', '--key', `${folder}/${officer}.key`, ...more], file);
    const first = await by('d.officer');
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain('signed by d.officer: 1 of 2 officers, not in force yet');
    expect(first.out).toContain('no dry run: NOT_WAITING\n  found     no worker that would read the month\n');
    expect(tooLong(first.out.replaceAll(folder, ''))).toEqual([]);
    // a second time is no second officer
    expect((await by('d.officer')).out).toContain('1 of 2 officers');
    coded(
      await typed(['run', 'warwickshire-victims', '2026-01', '--because', 'requested'], env),
      1,
      'no schedule of this survey',
    );
    const statement = join(folder, 'statement.json');
    const elsewhere = await typed([...args, '--to', statement], file);
    expect(elsewhere.out).toContain(`ssh-keygen -Y sign -n apply@police.example`);
    await writeFile(`${statement}.sig`, hands.of['a.officer'].sign(await readFile(statement), 'apply'));
    const applied = await cordon([...args, '--signature', `${statement}.sig`, '--json'], file);
    expect(applied).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(applied.out)).toMatchObject({
      change: 'new',
      officers: ['d.officer', 'a.officer'],
      inForce: true,
      schedule: 'created',
      notes: [],
    });
    const again = await typed(args, file);
    expect(again.out).toMatch(/^warwickshire-victims {2}unchanged\n(.*\n)*schedule unchanged\n$/);
    const empty = await cordon(['status', '--json'], env);
    expect(empty).toMatchObject({ code: 2, err: '' });
    expect(JSON.parse(empty.out)).toMatchObject({
      exceptions: [{ code: 'WORKER_MISSING', overdue: true }, { code: 'VERIFIER_MISSING' }],
      complete: false,
      waves: [],
    });
    const [other, wave, nowhere] = await Promise.all([
      typed(['run', 'other-survey', '2026-01', '--because', 'requested'], env),
      typed(['status', 'warwickshire-victims/2026-01'], env),
      typed(['status'], { ...env, TEMPORAL_NAMESPACE: 'nowhere' }),
    ]);
    coded(other, 1, 'no schedule of this survey');
    coded(wave, 1, 'no such wave');
    coded(nowhere, 1, 'no namespace nowhere');
  });
});

const writeProcessor = async (folder: string): Promise<void> => {
  const [recipient, answers] = await Promise.all([generateKeyPair('processor'), generateKeyPair('answers')]);
  await writeFile(join(folder, 'recipient.asc'), recipient.publicKey);
  await writeFile(join(folder, 'answers.asc'), answers.publicKey);
  await writeFile(
    join(folder, 'p.yaml'),
    `cordon: 1
processor: smsr
name: SMSR Ltd, Hull
contract: { ref: C, from: 2020-01-01, to: 2099-01-01 }
agreement: { ref: A, signed: 2020-01-01, purpose: interviews for the force }
assurance: { vetting: NPPV2, vetting_to: 2099-01-01, confidentiality_signed: 2020-01-01, subprocessors: [] }
may_receive: [survey_ref, title, surname, phone, crime_group, occurred_on, language, safe_contact]
package: { format: openpgp, recipient: recipient.asc, fingerprint: '${recipient.fingerprint}' }
deliver: { directory: { path: ${folder} } }
answers: { signed_by: answers.asc, directory: ${folder} }
receipt: { within: P2D }
certificate: { within: P7D, then: block-next-wave }
`,
  );
};
