// Exceptions are sent, each once by each channel, to a real mail server and a real webhook; whoever cannot be told is an
// exception, and nothing of anybody is in what is sent.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { MockActivityEnvironment } from '@temporalio/testing';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { byMail } from '../../activities/notice/mail.ts';
import { notify } from '../../activities/notify.ts';
import type { Cause } from '../../schemas/exception.ts';
import { exceptionKinds } from '../../schemas/exception.ts';
import { reconcile } from '../../sql/exceptions.ts';
import { withTransaction } from '../../sql/connect.ts';
import { channelsOf } from '../../worker/channels.ts';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';

const key = 'ab'.repeat(32);
let cordon: Cordon;
let tellAll: () => Promise<{ told: number }>;
let mailServer: SMTPServer;
let hookServer: Server;
let env: Record<string, string>;
const mails: { to: string[]; from: string; login: string | undefined; text: string }[] = [];
const calls: { signature: string | undefined; body: string }[] = [];
let refusesMail = false;
let hookAnswers = 200;

beforeAll(async () => {
  cordon = await createCordon();
  mailServer = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      password === 'geh:eim' ? done(null, { user: username }) : done(new Error('no')),
    onRcptTo: (_, __, done) => done(refusesMail ? new Error('550 refused') : null),
    onData: (stream, { envelope, user }, done) =>
      void text(stream).then((said) => {
        const from = envelope.mailFrom === false ? '' : (envelope.mailFrom?.address ?? '');
        const to = envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, from, login: user as string | undefined, text: said });
        done();
      }),
  });
  const mailPort = await new Promise<number>((resolve) => {
    const server = mailServer.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  hookServer = createServer((request, response) => {
    void text(request).then((body) => {
      const signature = request.headers['cordon-signature'];
      calls.push({ signature: typeof signature === 'string' ? signature : undefined, body });
      response.writeHead(hookAnswers, hookAnswers === 302 ? { location: '/elsewhere' } : {}).end();
    });
  });
  hookServer.listen(0, '127.0.0.1');
  await once(hookServer, 'listening');
  env = {
    CORDON_NOTIFY_SMTP: `smtp://cordon:geh%3Aeim@127.0.0.1:${String(mailPort)}`,
    CORDON_NOTIFY_FROM: 'cordon@police.example',
    CORDON_NOTIFY_TO: 'data.office@police.example d.po@police.example',
    CORDON_NOTIFY_WEBHOOK: `http://127.0.0.1:${String((hookServer.address() as AddressInfo).port)}/hook`,
    CORDON_NOTIFY_SECRET: key,
  };
  const activity = notify({ pool: cordon.pool('worker'), channels: channelsOf(env) });
  tellAll = () => new MockActivityEnvironment().run(activity);
});
afterAll(async () => {
  await new Promise<void>((resolve) => mailServer.close(() => resolve()));
  hookServer.close();
  await cordon.drop();
});

const stands = (...found: Cause[]) =>
  withTransaction(cordon.pool('worker'), (tx) =>
    reconcile(tx, [{ looked: ['MONTH_MISSING', 'OFFICER_KEY_ENDING'], found }]),
  );
const month: Cause = {
  code: 'MONTH_MISSING',
  survey: 'my-survey',
  period: '2026-10',
  dueAt: '2026-11-23T06:30:00.000Z',
};
const officer: Cause = {
  code: 'OFFICER_KEY_ENDING',
  subject: 'a.officer',
  dueAt: '2027-01-01T00:00:00.000Z',
};
const bodyOf = (call: (typeof calls)[number] | undefined) =>
  JSON.parse(call?.body ?? '{}') as { raised: object[]; closed: object[] };
/** without soft line ends */
const wordsOf = (mail: (typeof mails)[number] | undefined): string =>
  (mail?.text ?? '').replaceAll(/=\r?\n/g, '').replaceAll('\r\n', '\n');

test('what is new is sent once by mail and webhook, in fixed words, and signed', async () => {
  await stands(month, officer);
  expect(await tellAll()).toEqual({ told: 4 });
  expect(await tellAll()).toEqual({ told: 0 });
  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatchObject({
    from: 'cordon@police.example',
    to: ['data.office@police.example', 'd.po@police.example'],
    login: 'cordon',
  });
  const said = wordsOf(mails[0]);
  expect(said).toContain('\nSubject: Cordon: 2 exceptions raised, 0 closed\n');
  const { says, remedy } = exceptionKinds.MONTH_MISSING;
  expect(said).toContain(`MONTH_MISSING  high  my-survey 2026-10\n  ${says}\n  first seen 20`);
  expect(said).toContain(`, due 2026-11-23 06:30 UTC\n  owner data-officer, deputy dpo\n  do: ${remedy}\n`);
  expect(said).toContain('OFFICER_KEY_ENDING  medium  a.officer\n');
  expect(calls).toHaveLength(1);
  const [call] = calls;
  expect(call?.signature).toBe(
    `sha256=${createHmac('sha256', Buffer.from(key, 'hex'))
      .update(call?.body ?? '')
      .digest('hex')}`,
  );
  expect(bodyOf(call)).toMatchObject({
    raised: [{ ...month, says, remedy, severity: 'high', owner: 'data-officer' }, { code: officer.code }],
    closed: [],
  });
});

test('that it has gone is sent, too; what came and went between two looks is not', async () => {
  await stands(officer);
  const passing = { ...month, period: '2026-09' };
  await stands(officer, passing);
  await stands(officer);
  expect(await tellAll()).toEqual({ told: 2 });
  expect(wordsOf(mails.at(-1))).toMatch(
    /Subject: Cordon: 0 exceptions raised, 1 closed\n[^]*\n {2}closed 20/,
  );
  expect(bodyOf(calls.at(-1))).toMatchObject({
    raised: [],
    closed: [{ code: 'MONTH_MISSING', period: '2026-10' }],
  });
  expect(await tellAll()).toEqual({ told: 0 });
});

test('a channel that fails holds up no other and is an exception until it works; what it missed comes then', async () => {
  const [mailed, called] = [mails.length, calls.length];
  refusesMail = true;
  await stands(officer, month);
  expect(await tellAll()).toEqual({ told: 1 });
  expect([mails.length, calls.length]).toEqual([mailed, called + 1]);
  const unsent = async () =>
    (
      await cordon.pool('auditor').query(`select subject, owner from cordon.exception
      where code = 'NOTICE_UNSENT' and closed_at is null`)
    ).rows as unknown[];
  expect(await unsent()).toEqual([{ subject: 'mail', owner: 'administrator' }]);
  hookAnswers = 302;
  expect(await tellAll()).toEqual({ told: 0 });
  expect(await unsent()).toHaveLength(2);
  [refusesMail, hookAnswers] = [false, 200];
  // of the webhook's own failure, and of the mail's: nobody was told while they failed
  await tellAll();
  expect(await unsent()).toEqual([]);
  expect(wordsOf(mails.at(-1))).toContain('MONTH_MISSING  high  my-survey 2026-10\n');
});

test('a password is sent to no server without TLS that is not on this machine', async () => {
  const server = {
    host: '127.0.0.1',
    port: Number(new URL(env['CORDON_NOTIFY_SMTP'] ?? '').port),
    tls: false,
    plain: false,
    login: { user: 'cordon', password: 'geh:eim' },
    from: 'a@police.example',
    to: ['b@police.example'],
  };
  const many = mails.length;
  await expect(byMail(server).send({ raised: [], closed: [] })).rejects.toThrow(/STARTTLS/);
  expect(mails).toHaveLength(many);
});

test.each([
  ['CORDON_NOTIFY_SMTP', 'https://cordon:geheim@mail.example'],
  ['CORDON_NOTIFY_TO', 'geheim'],
  ['CORDON_NOTIFY_TO', ' '],
  ['CORDON_NOTIFY_FROM', ''],
  ['CORDON_NOTIFY_WEBHOOK', 'http://hook.example/geheim'],
  ['CORDON_NOTIFY_SECRET', 'geheim'],
])('%s of another shape is a no that does not repeat it: %s', (name, value) => {
  expect(channelsOf({})).toEqual([]);
  let said = '';
  try {
    channelsOf({ ...env, [name]: value });
  } catch (e) {
    said = JSON.stringify([e, (e as Error).message, (e as { details?: unknown }).details]);
  }
  expect(said).toContain(name);
  expect(said).not.toContain('geheim');
});
