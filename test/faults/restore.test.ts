// A server that is lost, and the README's way back: a real dump, another cluster, the very commands of the page, and
// waves that stood at every stage. Whatever was done after the dump is gone; nothing of it may be done twice.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { WorkflowNotFoundError } from '@temporalio/client';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActivities } from '../../activities/create.ts';
import { createVerifierActivities } from '../../activities/create-verifier.ts';
import type { Ref, WaveKey } from '../../schemas/ref.ts';
import { createPool, withConnection, withTransaction } from '../../sql/connect.ts';
import { lookAtRecords, reconcile } from '../../sql/exceptions.ts';
import { roleKinds, roleNames } from '../../sql/roles.ts';
import type { Environment } from '../../worker/config.ts';
import { taskQueue } from '../../worker/config.ts';
import { createDeps } from '../../worker/deps.ts';
import { signedBy } from '../../worker/demo/officers.ts';
import { respond } from '../../worker/demo/processor.ts';
import { send, waveResult } from '../../worker/officer.ts';
import { addToRegister } from '../../worker/register-act.ts';
import { registers } from '../../worker/register-terms.ts';
import { systemPostgres } from '../../worker/stack/postgres-binaries.ts';
import type { Postgres } from '../../worker/stack/postgres.ts';
import { startPostgres } from '../../worker/stack/postgres.ts';
import { runWorker } from '../../worker/run.ts';
import { projectRoot } from '../../worker/stack/runfolder.ts';
import type { Watchdog } from '../../worker/stack/watchdog.ts';
import { startWatchdog } from '../../worker/stack/watchdog.ts';
import { connectClient } from '../../worker/temporal.ts';
import { sweepScheduleId, waveId, waveScheduleId } from '../../workflows/ids.ts';
import { progressQuery, settleUpdate } from '../../workflows/messages.ts';
import type { Acts, Hands } from '../activities/hands.ts';
import { actsOf, openHands, value } from '../activities/hands.ts';
import { until } from '../month.ts';
import { createNamespace } from '../namespace.ts';
import { workflowBundle } from '../servers.ts';
import { tool } from '../tools.ts';
import { coded, tooLong, typed } from '../worker/command.ts';
import { settled } from './account.ts';

// the programs of the very server: a pg_dump that is older than it refuses to dump it
const { bin } = systemPostgres(process.env) ?? {};
const missing = bin === undefined || !existsSync(join(bin, 'pg_dump')) || tool('ssh-keygen') === undefined;
if (process.env['CI'] && missing) throw new Error('not installed: PostgreSQL with pg_dump, or ssh-keygen');

/** What stood at the dump: a wave that was released, one whose package was intended, one that was delivered. */
type Stood = 'released' | 'intended' | 'delivered';
const stood = ['released', 'intended', 'delivered'] as const;

describe.skipIf(missing)('a server that is lost', () => {
  let hands: Hands;
  let watchdog: Watchdog;
  let server: Postgres;
  let desk: string;
  let page: string;
  let waves: Record<Stood, Ref<'minimised'>>;
  /** of the server that there is */
  let env: Environment;
  let deps: ReturnType<typeof createDeps>;
  let verifier: pg.Pool;
  let acts: Acts;
  let close = async (): Promise<void> => {};

  beforeAll(async () => {
    [hands, watchdog, page] = await Promise.all([
      openHands([], { own: true }),
      startWatchdog(),
      readFile(join(projectRoot, 'README.md'), 'utf8'),
    ]);
    ({ acts } = hands);
    ({ env } = hands.installation);
    desk = join(hands.installation.folder, 'desk');
    await mkdir(desk);
    const { DATABASE_URL: _, ...own } = process.env;
    const options = { folder: desk, env: own, watchdog, progress: () => undefined };
    server = await startPostgres({ ...options, settings: { fsync: 'off' } });
  });
  afterAll(async () => {
    await close();
    await hands.close();
    await server.stop();
    await watchdog.stop();
  });

  /** The n-th block of the README's section. */
  const block = (nth: number): string[] => {
    const [, section = ''] = /^### When a server is lost\n([\s\S]*?)^### /m.exec(page) ?? [];
    const text = [...section.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)][nth]?.[1];
    if (text === undefined) throw new Error(`the section has no block ${String(nth)}`);
    return text
      .trimEnd()
      .split('\n')
      .map((line) => line.trim());
  };
  const path = [bin, process.env['PATH']].join(delimiter);
  /** As somebody types it at the desk; our own command in this process. */
  const type = async (line: string, given = env): Promise<string> => {
    const [, words, to] = /^npx cordon (.*?)(?: >(\S+))?$/.exec(line) ?? [];
    if (words === undefined) {
      const { DATABASE_URL } = given;
      const said = await promisify(execFile)('sh', ['-c', line], {
        cwd: desk,
        env: { PATH: path, DATABASE_URL },
      });
      return `${said.stdout}${said.stderr}`;
    }
    const args = words.split(' ').map((word) => (/\.(json|sig)$/.test(word) ? join(desk, word) : word));
    const { code, out, err } = await typed(args, given);
    expect([line, code, err]).toEqual([line, 0, '']);
    if (to !== undefined) await writeFile(join(desk, to), out);
    return out;
  };

  const inbound = () => hands.installation.processor.inbound;
  const lying = async ({ period }: WaveKey) =>
    (await readdir(inbound())).filter((name) => name.includes(period)).toSorted();
  const optOut = (urn: string) =>
    addToRegister(
      env['CORDON_CLERK_URL'] ?? '',
      hands.deps.secrets.tokenKey,
      'opt-outs',
      { reference: urn },
      'c.clerk',
    );
  const ask = <R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> =>
    withConnection(env['DATABASE_URL'] ?? '', 'test', async (db) => (await db.query<R>(text, values)).rows);
  const known = async () => {
    const rows = await ask(
      `select (select count(*) from cordon.hold)::int as holds,
         (select count(distinct at) from cordon.register_event where action = 'added')::int as entered,
         (select string_agg(concat_ws(' ', period, first_byte_at is not null, voided_at is not null), '; '
            order by period desc, ordinal) from cordon.intent) as intents`,
    );
    return rows[0];
  };
  const refused = (code: string) => ({ ok: false, refusal: { code } });
  const opened = (wave: WaveKey, run: string) =>
    acts.openAttempt({ ...wave, planHash: hands.planHash, run, ordinal: 1 });

  test('had a dump, while one wave was released, one was about to send and one waited for its receipt', async () => {
    const months = [await hands.month(), await hands.month(), await hands.month()];
    const [released, intended, delivered] = await Promise.all(
      months.map(async (wave) => {
        const minimised = await hands.upTo(await hands.open(wave), 'minimise');
        await hands.release(minimised);
        return minimised;
      }),
    );
    if (!released || !intended || !delivered) throw new TypeError('three months');
    waves = { released, intended, delivered };
    await rename(inbound(), `${inbound()}.away`);
    const info = { attempt: 1, retryPolicy: { maximumAttempts: 2 } };
    await expect(actsOf(hands.deps, { info }).transfer(intended)).rejects.toThrow('DELIVERY_UNREACHABLE');
    await rename(`${inbound()}.away`, inbound());
    value(await acts.transfer(delivered));
    await optOut('URN1');
    const paused = { code: 'SCHEDULE_PAUSED', survey: delivered.survey } as const;
    await withTransaction(hands.deps.pool, (tx) =>
      reconcile(tx, [{ looked: ['SCHEDULE_PAUSED'], found: [paused] }]),
    );
    for (const line of block(0)) await type(line);
  });

  test('and worked on: two more deliveries, which the company has taken, an opt-out and a hold', async () => {
    for (const minimised of [waves.released, waves.intended]) {
      value(await acts.transfer(minimised));
      const { survey, period, attempt } = minimised;
      await acts.closeAttempt({ survey, period, attempt, outcome: 'delivered' });
      for (const name of await lying(minimised)) await rm(join(inbound(), name));
    }
    await optOut('URN2');
    const { survey, period } = waves.delivered;
    const [copy] = await hands.query<{ id: number }>(
      `select id::int from cordon.copy where kind = 'package' and period = $1`,
      [period],
    );
    const hold = {
      copy: copy?.id ?? 0,
      because: 'complaint',
      owner: 'd.po',
      reviewOn: '2099-12-31',
    } as const;
    const officer = hands.installation.hands.of['a.officer'];
    value(await acts.holdCopy(signedBy(officer, 'hold', { survey, period, ...hold })));
    const [first, second, third] = stood.map((of) => waves[of].period);
    expect(await known()).toEqual({
      holds: 1,
      entered: 2,
      intents: `${first} t f; ${second} f t; ${second} t f; ${third} t f`,
    });
  });

  test('is another by the commands of the README, and knows what the dump knew', async () => {
    const { databases, prefix, passwords, urls } = hands.installation;
    const there = (of: string): string => {
      const url = new URL(of);
      url.port = new URL(server.adminUrl).port;
      return url.href;
    };
    const root = new URL(server.adminUrl);
    root.pathname = `/${databases.cordon}`;
    await withConnection(server.adminUrl, 'test', (db) =>
      db.query(`create database ${pg.escapeIdentifier(databases.cordon)}`),
    );
    env = {
      ...env,
      DATABASE_URL: root.href,
      CORDON_WORKER_URL: there(urls.worker),
      CORDON_VERIFIER_URL: there(urls.verifier),
      CORDON_AUDITOR_URL: there(urls.auditor),
      CORDON_CLERK_URL: there(urls.clerk),
    };
    for (const line of block(1)) await type(line);
    await withConnection(root.href, 'test', async (db) => {
      for (const kind of roleKinds) {
        const role = pg.escapeIdentifier(roleNames(prefix)[kind]);
        await db.query(`alter role ${role} password ${pg.escapeLiteral(passwords[kind])}`);
      }
    });
    deps = createDeps(env);
    verifier = createPool(there(urls.verifier), 'cordon verifier', 2);
    acts = actsOf(deps, {}, verifier);
    close = async () => {
      await Promise.all([deps.close(), verifier.end()]);
    };
    const [, second, third] = stood.map((of) => waves[of].period);
    expect(await known()).toEqual({ holds: 0, entered: 1, intents: `${second} f f; ${third} t f` });
  });

  test('runs no wave, sends nothing and takes back no intent', async () => {
    const before = await known();
    expect(await opened(await hands.month(), 'early')).toMatchObject(refused('LEDGER_FORKED'));
    for (const minimised of [waves.released, waves.intended])
      expect(await acts.transfer(minimised)).toMatchObject(refused('LEDGER_FORKED'));
    expect(await acts.withdraw(waves.intended)).toMatchObject(refused('LEDGER_FORKED'));
    expect(await known()).toEqual(before);
  });

  test('goes on once two officers have signed what is lost', async () => {
    const { of } = hands.installation.hands;
    const [show = '', sign = '', apply = '', verify = ''] = block(2);
    const shown = await type(show);
    expect(tooLong(shown.replace(/\n\nthe statement is in [\s\S]*/, ''))).toEqual([]);
    const said = shown.replaceAll(/\n +/g, ' ');
    for (const each of stood)
      expect(said.includes(`forgotten ${waves[each].survey} ${waves[each].period}: `)).toBe(
        each !== 'delivered',
      );
    expect(said).toMatch(/^since +\d{4}-\d\d-\d\d \d\d:\d\d UTC, the last entry here: opt-outs, /m);
    for (const [id, name] of [
      ['a.officer', 'first'],
      ['b.officer', 'second'],
    ] as const) {
      await writeFile(join(desk, name), of[id].privateKey, { mode: 0o600 });
      await type(sign.replace('~/.ssh/id_ed25519', name));
      await rename(join(desk, 'loss.json.sig'), join(desk, `${name}.sig`));
    }
    const wrongly = (...files: string[]) =>
      typed(
        ['ledger', 'continue', 'apply', ...files.map((file) => join(desk, file))].toSpliced(
          4,
          0,
          '--signature',
        ),
        env,
      );
    const text = await readFile(join(desk, 'loss.json'), 'utf8');
    await writeFile(join(desk, 'release.sig'), of['b.officer'].sign(text, 'release'));
    await writeFile(join(desk, 'other.json'), text.replace(waves.released.period, '2020-01'));
    for (const [files, found] of [
      [['loss.json', 'first.sig'], '1 signatures that count as 1'],
      [['loss.json', 'first.sig', 'first.sig'], '2 signatures that count as 1'],
      [['loss.json', 'first.sig', 'release.sig'], 'a signature in another namespace'],
      [['other.json', 'first.sig', 'second.sig'], 'a statement of another loss'],
    ] as const)
      coded(await wrongly(...files), 1, found);
    await type(apply);
    coded(await wrongly('loss.json', 'first.sig', 'second.sig'), 1, 'a ledger of which nothing is lost');
    expect((await typed(['ledger', 'continue', 'show'], env)).out).toContain('nothing is lost');
    expect(await type(verify)).toContain('whole: ');
    const before = await known();
    expect(await opened(waves.released, 'late')).toMatchObject(refused('ALREADY_DISCLOSED'));
    expect(await acts.transfer(waves.intended)).toMatchObject(refused('ALREADY_DISCLOSED'));
    expect(await acts.withdraw(waves.intended)).toMatchObject(refused('ALREADY_DISCLOSED'));
    expect(await known()).toEqual(before);
    await type(`npx cordon officers export ${join(desk, 'evidence')}`);
    const checked = await type('sh evidence/verify.sh');
    expect(checked.match(/^Good "continue@police.example" signature/gm)).toHaveLength(2);
  });

  test('draws nobody before every register has been kept since', async () => {
    const next = await hands.month();
    const faults = async (run: string) => {
      const extracted = value(await acts.extract(value(await opened(next, run))));
      return (value(await acts.screen(extracted)).alarms ?? []).map(
        ({ code, reason }) => `${code} ${reason}`,
      );
    };
    const told = async () =>
      (await withTransaction(deps.pool, lookAtRecords)).found
        .filter(({ code }) => code === 'REGISTER_STALE')
        .map(({ code, subject = '' }) => `${code} ${subject}`)
        .toSorted();
    const stale = registers.map((each) => `REGISTER_STALE ${each}`).toSorted();
    expect([await faults('first'), await told()]).toEqual([stale, stale]);
    for (const line of block(3)) await type(line);
    expect([await faults('second'), await told()]).toEqual([[], []]);
  });

  test('has all taken up again where Temporal is lost as well: each wave comes to its end, nothing is sent', async () => {
    const { address, namespace } = await createNamespace('wiped');
    const wiped = { ...env, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
    const [name = ''] = await lying(waves.delivered);
    const parcel = { file: join(inbound(), name), bytes: 0, fields: [], surveyRefs: [] };
    await respond(hands.installation, 'receipt', waves.delivered, { ...waves.delivered, name, ...parcel });
    const there = await readdir(inbound());
    const client = await connectClient({ address, namespace }, 'test');
    const stop = new AbortController();
    const common = { config: { address, namespace }, taskQueue: taskQueue(env), signal: stop.signal };
    const running = Promise.all([
      runWorker({
        ...common,
        role: 'worker',
        activities: createActivities(deps),
        workflows: await workflowBundle(),
      }),
      runWorker({
        ...common,
        role: 'verifier',
        activities: createVerifierActivities({ ...deps, pool: verifier }),
      }),
    ]);
    try {
      const [resume = '', look = ''] = block(4);
      expect(await type(resume, wiped)).toBe(
        'warwickshire-victims  schedule created, paused as the last sweep saw it\n' +
          'pauses and notes that no sweep has seen are lost: pause again what must wait\n' +
          'the sweep is started: 4 open waves, 4 months with clocks, 0 recalls to take up\n',
      );
      const schedule = client.schedule.getHandle(waveScheduleId('warwickshire-victims'));
      expect(await schedule.describe()).toMatchObject({
        spec: { timezone: 'Europe/London' },
        state: { paused: true },
        action: { workflowType: 'kickoff', memo: { planHash: hands.planHash } },
      });
      const sweeping = client.schedule.getHandle(sweepScheduleId);
      expect((await sweeping.describe()).action).toMatchObject({ workflowType: 'sweep' });
      const ends = (wave: WaveKey) =>
        until(`the end of ${wave.period}`, () =>
          waveResult(client, wave).catch((e: unknown) => {
            if (e instanceof WorkflowNotFoundError) return undefined;
            throw e;
          }),
        );
      expect(await ends(waves.released)).toMatchObject({ outcome: 'cancelled' });
      expect(await ends(waves.delivered)).toMatchObject({ outcome: 'delivered' });
      const doubt = client.workflow.getHandle(waveId(waves.intended));
      const standing = await settled(
        () => doubt.query(progressQuery),
        ({ stage }) => stage === 'settle',
      );
      expect(standing).toMatchObject({ stage: 'settle', attention: true });
      const clocks = () =>
        ask(
          `select state, due_at > now() as runs from cordon.copy where kind = 'delivered' and period = $1`,
          [waves.intended.period],
        );
      expect(await clocks()).toEqual([]);
      const [forgotten] = await ask<{ name: string }>('select name from cordon.package where period = $1', [
        waves.intended.period,
      ]);
      const heard = { ...waves.intended, ...parcel, name: forgotten?.name ?? '' };
      await respond(hands.installation, 'receipt', waves.intended, heard);
      const { survey, period, attempt } = waves.intended;
      const arrived = { survey, period, attempt, finding: 'arrived' } as const;
      const finding = signedBy(hands.installation.hands.of['a.officer'], 'settle', arrived);
      expect(await send(client, waveId(waves.intended), settleUpdate, finding)).toMatchObject({ ok: true });
      expect(await ends(waves.intended)).toMatchObject({ outcome: 'delivered' });
      // a copy that the company has had since before the loss, and that had no clock here
      expect(await clocks()).toEqual([{ state: 'live', runs: true }]);
      expect(await type('npx cordon ledger verify')).toContain('whole: ');
      expect(await readdir(inbound())).toEqual(there);
      expect((await typed(['resume', '--json'], wiped)).out).toContain('"schedule": "unchanged"');
      expect((await typed(look.split(' ').slice(2), wiped)).out).toMatch(/^exceptions: \d+ open/);
    } finally {
      stop.abort();
      await running;
      await client.connection.close();
    }
  });
});
