// A month by hand: what an officer and a clerk type, and what they see in the Temporal UI, while a wave waits.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shiftMonth } from '../../schemas/period.ts';
import { applyCommand } from '../../worker/apply.ts';
import type { Environment } from '../../worker/config.ts';
import { releaseSignCommand } from '../../worker/release.ts';
import { runCommand } from '../../worker/run-month.ts';
import type { StatusFlags } from '../../worker/status.ts';
import { statusCommand } from '../../worker/status.ts';
import { waveId, waveScheduleId } from '../../workflows/ids.ts';
import type { Month, Stoppable } from '../month.ts';
import { changed } from '../declaration.ts';
import { createMonthHere } from '../month.ts';
import { temporalServer } from '../servers.ts';
import { needs } from '../tools.ts';
import { cordon, here, tooLong, typed } from './command.ts';

let month: Month<Stoppable>;
let id: string;
beforeAll(async () => {
  month = await createMonthHere({
    rows: 1_600,
    edit: changed(['take: 1200', 'take: 300'], ['floor: 10', 'floor: 2']),
  });
  id = waveId(month.wave);
  await Promise.all([month.startWorker(), month.startVerifier()]);
  const begun = await cordon(
    ['run', month.wave.survey, month.wave.period, '--because', 'requested'],
    month.installation.env,
  );
  expect(begun).toMatchObject({ code: 0, err: '' });
  expect(begun.out).toContain(`${id} is started: requested`);
  await month.stated();
  const [opened] = await month.query<{ because: string }>(
    `select l->>'because' as because from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as l) x
     where l->>'type' = 'attempt-opened'`,
  );
  expect(opened).toEqual({ because: 'requested' });
});
afterAll(() => month.stop());

const run = (...args: string[]) => typed(args, month.installation.env);
const keyOf = (officer: string): string => join(month.installation.folder, `${officer}.key`);
/** What was tried as a process is asked again without one. */
const again = {
  run: (period: string) =>
    here((say) =>
      runCommand(
        { survey: month.wave.survey, period },
        { because: 'ended-before' },
        month.installation.env,
        say,
      ),
    ),
  status: (wave?: string, flags: StatusFlags = {}, env: Environment = month.installation.env) =>
    here((say) => statusCommand(wave, flags, env, say)),
  sign: (officer: string) =>
    here((say) => releaseSignCommand(id, { key: keyOf(officer), yes: true }, month.installation.env, say)),
};

/** The text of a wave's page in a real browser: its details are Markdown in a frame. */
const page = async (program: string): Promise<string> => {
  const { uiUrl } = await temporalServer();
  const { runId } = await month.client.workflow.getHandle(id).describe();
  const profile = await mkdtemp(join(tmpdir(), 'cordon-chromium-'));
  const flags = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: program,
    headless: true,
    args: [...flags.split(' '), '--disable-component-update', '--disable-sync'],
  });
  try {
    const tab = await browser.newPage();
    const { namespace } = month.client.options;
    await tab.goto(
      `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(id)}/${runId}/user-metadata`,
    );
    const details = tab.frameLocator('iframe').last().locator('body').filter({ hasText: 'attempt 1' });
    return await details.innerText({ timeout: 15_000 });
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  }
};

describe('while a wave waits for its release', () => {
  test('its page says what to type, and holds counts and nothing of a person', async (context) => {
    const said = await page(needs('chromium', context));
    expect(said).toContain(`To release it, each officer runs npx cordon release sign ${id}`);
    expect(said).toContain('0 of 2 officers have released it.');
    expect(said).toMatch(/extract\s+\d+\s+\d+\.\d/);
    expect(said).toMatch(/minimise\s+300\s/);
    expect(said.replaceAll(/[a-z-]+|\d{4}-\d\d(-\d\d)?|[\d.:…,()/*|]+|UTC|To|\s/g, '')).toBe('');
  });

  test('status shows stage, clocks and a waterfall that balances, within eighty columns', async () => {
    const { code, out } = await run('status', id);
    expect(code).toBe(0);
    expect(out).toMatch(/^release since .* UTC, until .* UTC$/m);
    expect(out).toMatch(/^ {2}staging +live +until \d{4}-\d\d-\d\d \d\d:\d\d UTC$/m);
    expect(tooLong(out)).toEqual([]);
    const rows = Object.fromEntries(
      [...out.matchAll(/^ {2}(read|intake|frame|sample|package|- [\w-]+(?: \(review\))?) +(\d+)/gm)].map(
        ([, step, n]) => [step, Number(n)],
      ),
    ) as Record<string, number>;
    const reasons = ['quarantined', 'not', 'reserve'].map((name) => `- ${name}`);
    const excluded = Object.entries(rows).filter(
      ([step]) => step.startsWith('- ') && !reasons.includes(step),
    );
    expect(excluded).toHaveLength(18);
    expect(excluded.reduce((sum, [, n]) => sum + n, rows['frame'] ?? 0)).toBe(rows['intake']);
    const json = JSON.parse((await run('status', id, '--json')).out) as object;
    expect(json).toMatchObject({ ...month.wave, progress: { stage: 'release', attempt: 1 } });
    const all = await run('status', '--json');
    expect(JSON.parse(all.out)).toMatchObject({
      exceptions: [],
      complete: true,
      waves: [{ wave: id, status: 'running', stage: 'release' }],
    });
    expect(all.code).toBe(0);
  });

  test('run starts nothing again, and nothing of a month whose slot is to come', async () => {
    const [running, future] = await Promise.all([
      run('run', month.wave.survey, month.wave.period, '--because', 'requested'),
      again.run(shiftMonth(new Date().toISOString(), 1)),
    ]);
    for (const said of [running, future]) expect(said).toMatchObject({ code: 1, out: '' });
    expect(running.err).toContain(`${id} is already running`);
    expect(future.err.replaceAll(/\n +/g, ' ')).toMatch(
      /a month whose slot, \d{4}-\d\d-16 06:30 in Europe\/London, is yet to come/,
    );
    const kickoffs = await month.client.workflow.count('WorkflowType = "kickoff"');
    expect(kickoffs.count).toBe(1);
  });

  test('release sign without a terminal shows the statement, says how, and signs nothing', async () => {
    const [said, data] = await Promise.all([
      run('release', 'sign', id, '--key', keyOf('a.officer')),
      run('release', 'show', id, '--json'),
    ]);
    expect(said.code).toBe(1);
    expect(said.out).toMatch(/^rows {7}300$/m);
    expect(tooLong(said.out)).toEqual([]);
    expect(said.err).toContain('--yes');
    expect(said.err).toContain('nothing was signed');
    expect(data).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(data.out)).toMatchObject({ statement: { rows: 300 }, officers: 2, waiting: true });
    expect((await month.stated()).released).toEqual([]);
  });

  test('one officer counts once, a clerk’s opt-out is kept as tokens, and a second officer suffices', async () => {
    const proposer = await again.sign('d.officer');
    expect(proposer.code).toBe(1);
    expect(proposer.out + proposer.err).toContain('PROPOSER');
    const first = await run('release', 'sign', id, '--key', keyOf('a.officer'), '--yes');
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain('released by a.officer: 1 of 2 officers');
    const twice = await again.sign('a.officer');
    expect(twice.code).toBe(1);
    expect(twice.out + twice.err).toContain('SAME_OFFICER');
    const given = { input: 'phone: 01632 960001\r\n' };
    const add = ['register', 'add', '--officer', 'c.clerk', '--json'];
    const added = await typed(add, month.installation.env, given);
    expect(JSON.parse(added.out)).toMatchObject({ register: 'opt-outs', added: 1, entries: 1 });
    expect(JSON.parse((await typed(add, month.installation.env, given)).out)).toMatchObject({ added: 0 });
    // as somebody does whose key is on another machine: the bytes there, the signature back
    const bytes = join(month.folder, 'statement.json');
    const shown = await run('release', 'show', id.slice('wave/'.length), '--to', bytes);
    expect(shown.code).toBe(0);
    const [, namespace = ''] = /ssh-keygen -Y sign -n (\S+) -f KEY/.exec(shown.out) ?? [];
    await promisify(execFile)('ssh-keygen', ['-Y', 'sign', '-n', namespace, '-f', keyOf('b.officer'), bytes]);
    const second = await run('release', 'sign', id, '--signature', `${bytes}.sig`, '--yes', '--json');
    expect(JSON.parse(second.out)).toMatchObject({ officer: 'b.officer', officers: 2 });
    await month.respond('receipt', await month.arrived());
    expect(await month.result()).toMatchObject({ outcome: 'delivered' });
    const late = await again.sign('c.officer');
    expect(late.code).toBe(1);
    expect(late.err).toContain('NOT_WAITING');
    const [over, delivered] = await Promise.all([again.run(month.wave.period), again.status(id)]);
    expect(over).toMatchObject({ code: 1, out: '' });
    expect(over.err.replaceAll(/\n +/g, ' ')).toMatch(
      /^cordon: ALREADY_DISCLOSED.*already closed as delivered/,
    );
    expect(delivered.out).toMatch(/^delivered since /m);
    expect(delivered.out).toMatch(/^ {2}delivered +live +until /m);
  }, 90_000);
});

test('what officers signed is exported so that ssh-keygen alone verifies it, and nothing that was changed', async () => {
  const folder = join(month.folder, 'evidence');
  const { out: officers } = await run('officers', 'show');
  expect(officers).toMatch(/^a\.officer {2}may apply, release, .*\n {2}.*from .*\n {2}SHA256:/m);
  expect(tooLong(officers)).toEqual([]);
  expect((await run('officers', 'export', folder)).out).toContain('4 statements');
  const verify = () => spawnSync('sh', [join(folder, 'verify.sh')], { encoding: 'utf8' });
  const good = verify();
  expect({ status: good.status, err: good.stderr }).toEqual({ status: 0, err: '' });
  expect(good.stdout.match(/^Good "release@police.example" signature for [ab]\.officer/gm)).toHaveLength(2);
  expect(good.stdout).toMatch(/^Good "officers@police.example" signature for d\.p\.o/m);
  const [file = ''] = (await readdir(folder)).filter((name) => /release-.*-a\.officer\.json$/.test(name));
  const text = await readFile(join(folder, file), 'utf8');
  await writeFile(join(folder, file), text.replace('"rows":300', '"rows":301'));
  expect(verify().status).not.toBe(0);
});

test('after the wave status shows each copy as PostgreSQL has it: erased and proved', async () => {
  const to = new Date().toISOString();
  for (const kind of ['staging', 'package'] as const)
    expect(await run('clock', id, '--kind', kind, '--until', to, '--key', keyOf('a.officer'))).toMatchObject({
      code: 0,
      out: `1 clock moved to ${to}\n`,
    });
  const out = () => again.status(id).then((said) => said.out);
  await expect
    .poll(out, { timeout: 20_000, interval: 500 })
    .toMatch(/^ {2}staging +erased, proved +until .*\n(?:.*\n)*? {2}package +erased, proved +until /m);
  // without the auditor's address the retention answers, which no longer looks at what is gone
  const env = { ...month.installation.env, CORDON_AUDITOR_URL: undefined };
  expect((await again.status(id, {}, env)).out).not.toMatch(/staging +live|package +live/);
});

test('everybody who asks at once where a closed wave stands is answered', async () => {
  const asked = await Promise.all(Array.from({ length: 12 }, () => again.status(id, { json: true })));
  for (const said of asked) expect(JSON.parse(said.out)).toMatchObject({ progress: { stage: 'closed' } });
});

test('a refused wave says why, and what to do, in status as text and as data', async () => {
  const period = shiftMonth(month.wave.period, -1);
  const refused = `wave/${month.wave.survey}/${period}`;
  await again.run(period);
  const handle = month.client.workflow.getHandle(refused);
  expect(await handle.result()).toMatchObject({ outcome: 'refused' });
  const [text, data, blind] = await Promise.all([
    run('status', refused),
    again.status(refused, { json: true }),
    again.status(refused, { json: true }, { ...month.installation.env, CORDON_AUDITOR_URL: undefined }),
  ]);
  expect(text.out).toMatch(
    /^refused: [A-Z_]+\n {2}found {5}\S.*\n(.*\n)*? {2}expected {2}\S.*\n(.*\n)*? {2}do {8}\S/m,
  );
  expect(tooLong(text.out)).toEqual([]);
  for (const said of [data, blind]) {
    const { refusal } = JSON.parse(said.out) as { refusal: object };
    expect(Object.keys(refusal).sort()).toEqual(['code', 'expected', 'found', 'remedy']);
  }
  const all = () => again.status().then(({ out }) => out);
  // the list is Temporal's index, which follows
  await expect.poll(all, { timeout: 15_000 }).toMatch(new RegExp(`^! ${refused} +refused +20`, 'm'));
  const list = await all();
  expect(list).toMatch(new RegExp(`^  ${id} +delivered +20`, 'm'));
  expect(list).toMatch(/^! needs somebody to look: /m);
});

test('what is in force already is applied without a signature and read by nobody, and a pause keeps its note', async () => {
  const { folder, processor, env } = month.installation;
  const file = join(folder, 'pipelines', `${month.wave.survey}.yaml`);
  const schedule = month.client.schedule.getHandle(waveScheduleId(month.wave.survey));
  await schedule.pause('the records are being mended');
  const apply = () => here((say) => applyCommand(file, { processor: processor.file }, env, say));
  // the month had a schedule of seconds
  expect((await apply()).out).toMatch(/^\S+ {2}unchanged\n(.*\n){2}schedule updated\n$/);
  expect((await apply()).out).toMatch(/^\S+ {2}unchanged\n(.*\n){2}schedule unchanged\n$/);
  const { state } = await schedule.describe();
  expect(state).toMatchObject({ paused: true, note: 'the records are being mended' });
  await schedule.unpause();
});

test('who widens a plan sees what it makes of a month, and is told what the second officer types', async () => {
  const { folder, processor, env } = month.installation;
  const file = join(folder, 'pipelines', `${month.wave.survey}.yaml`);
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text
      .replace('staging: { for: P14D }', 'staging: { for: P30D }')
      .replace('age_under: 16', 'age_under: 90'),
  );
  const { period } = month.wave;
  const flags = { processor: processor.file, key: keyOf('b.officer'), yes: true, period };
  const said = await here((say) => applyCommand(file, flags, env, say));
  expect(said.out).toContain(`\ndry run over ${period}: `);
  expect(said.out).toMatch(/^ {2}- under-16 +\d+ +\d+ +\+\d+\n(.*\n)* {2}in the frame +\d+ +\d+ +-\d+$/m);
  expect(said.out).toMatch(/^ {2}a wave would stop: RULE_REMOVES_OVER under-16$/m);
  // of whom fewer are left to be repeated
  expect(said.out).not.toContain('same-person now matches');
  expect(tooLong(said.out).filter((line) => !line.includes(folder))).toEqual([]);
  const left = await month.query(
    `select from cordon.copy where attempt = 0 and kind = 'staging' and state <> 'erased'`,
  );
  expect(left).toEqual([]);
  expect(said.out).toMatch(
    /^signed by b\.officer: 1 of 2 officers, not in force yet\n.*\n {2}npx cordon apply \S+ \\\n {4}--processor \S+\.yaml$/m,
  );
});
