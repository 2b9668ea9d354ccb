// From the environment to who is told of exceptions. Addresses and secrets are in no message.
import type { Channel } from '../activities/notice/channel.ts';
import { byMail } from '../activities/notice/mail.ts';
import type { MailServer } from '../activities/notice/mail.ts';
import { byWebhook } from '../activities/notice/webhook.ts';
import { refuse } from '../schemas/failure.ts';
import type { Environment } from './config.ts';
import { keyOf, optional, required } from './config.ts';

/** None where neither is set. @throws INPUT */
export const channelsOf = (env: Environment): readonly Channel[] => [
  ...(optional(env, 'CORDON_NOTIFY_SMTP') === undefined ? [] : [byMail(mailServer(env))]),
  ...(optional(env, 'CORDON_NOTIFY_WEBHOOK') === undefined ? [] : [byWebhook(webhook(env))]),
];

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

const mailServer = (env: Environment): MailServer => {
  const url = parsed(required(env, 'CORDON_NOTIFY_SMTP'));
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '')
    throw malformed('CORDON_NOTIFY_SMTP', 'smtps://login:password@host:465, or smtp://host:587');
  const tls = url.protocol === 'smtps:';
  const user = decodeURIComponent(url.username);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (tls ? 465 : 587)),
    tls,
    plain: !tls && loopback.has(url.hostname),
    ...(user !== '' && { login: { user, password: decodeURIComponent(url.password) } }),
    from: address(required(env, 'CORDON_NOTIFY_FROM'), 'CORDON_NOTIFY_FROM'),
    to: required(env, 'CORDON_NOTIFY_TO')
      .trim()
      .split(/[\s,]+/)
      .map((text) => address(text, 'CORDON_NOTIFY_TO')),
  };
};

const webhook = (env: Environment) => {
  const url = parsed(required(env, 'CORDON_NOTIFY_WEBHOOK'));
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && loopback.has(url.hostname)))
    throw malformed('CORDON_NOTIFY_WEBHOOK', 'https://host/path');
  return { url: url.href, key: keyOf(env, 'CORDON_NOTIFY_SECRET') };
};

const parsed = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

const address = (text: string, name: string): string => {
  if (/^[^\s@<>,;:"]+@[A-Za-z0-9.-]+$/.test(text)) return text;
  throw malformed(name, 'an address such as data.office@police.example');
};

const malformed = (name: string, expected: string) =>
  refuse({ code: 'INPUT', found: `${name} of another shape`, expected, remedy: `correct ${name}` });
