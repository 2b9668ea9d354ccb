// The grammar of a processor file: one for each company that may receive anything.
// It is the outer limit of every survey: no pipeline can send a field that is not listed here.
import * as z from 'zod';
import { durationGrammar } from './duration.ts';
import { date, fieldName, keyed, line, mapping, matching, name, several, whole } from './words.ts';
import type { DeepReadonly } from './words.ts';

const path = matching(
  'bad-path: a path without control characters or "..", such as keys/smsr.asc',
  // oxlint-disable-next-line no-control-regex
  /^(?!.*(^|\/)\.\.(\/|$))[^\u0000-\u001f\u007f\\]{1,400}$/,
);
const reference = line('a reference', 80);

const fingerprint = matching(
  'bad-fingerprint: 40 or 64 hexadecimal digits between quotes, with or without spaces',
  /^\s*(?:[0-9A-Fa-f]\s*){40}(?:(?:[0-9A-Fa-f]\s*){24})?$/,
).transform((text) => text.replaceAll(/\s/g, '').toUpperCase());

const sftp = mapping({
  host: matching('bad-host: a host name, such as sftp.example.com', /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252})$/),
  port: whole(1, 65535).default(22),
  user: matching('bad-name: a user name', /^[A-Za-z0-9_][A-Za-z0-9._@-]{0,63}$/),
  directory: path,
  write_only: z
    .boolean('wrong-type: true or false')
    .exactOptional()
    .describe(
      'True where our user may not read the directory: nothing is seen there, so a doubt is never resumed',
    ),
  host_key: matching(
    'bad-host-key: an OpenSSH fingerprint, such as "SHA256:…"',
    /^SHA256:[A-Za-z0-9+/]{43}$/,
  ).describe('As printed by ssh-keygen -lf; no other host key is ever accepted'),
  key: z
    .literal('env', 'wrong-value: env')
    .describe('The private key comes from the environment, never from here'),
});
const directory = mapping({ path });

/** Exactly one way to deliver. */
const deliver = z.union(
  [keyed({ sftp }), keyed({ directory })],
  'wrong-type: exactly one of sftp, directory',
);

export const processorSections = {
  cordon: z.literal(1, 'wrong-value: 1'),
  processor: name.describe('The name of the processor and of its file'),
  name: line('the company, by its registered name', 120),
  contract: mapping({ ref: reference, from: date, to: date }),
  agreement: mapping({ ref: reference, signed: date, purpose: line('the purpose the agreement allows') }),
  assurance: mapping({
    vetting: reference,
    vetting_to: date,
    confidentiality_signed: date,
    subprocessors: z.array(line('a company', 120), 'wrong-type: a list of companies, [] for none').max(50),
  }),
  may_receive: several(fieldName, 'fields').describe('Every field this company may ever receive'),
  package: mapping({
    format: z.enum(['openpgp', 'age'], 'wrong-value: one of openpgp, age'),
    recipient: path.describe("The company's public key, relative to this file"),
    fingerprint,
  }),
  deliver,
  answers: mapping({ signed_by: path, directory: path }).describe(
    'Receipts, outcomes and certificates come back here',
  ),
  receipt: mapping({ within: durationGrammar }),
  outcomes: mapping({ within: durationGrammar })
    .optional()
    .describe('By when, after the delivery, it must first have reported whom it rang; unless said, never'),
  certificate: mapping({
    within: durationGrammar,
    // oxlint-disable-next-line unicorn/no-thenable -- it is read by people, never awaited, and never a function
    then: z.literal('block-next-wave', 'wrong-value: block-next-wave'),
  }),
};

export const processorGrammar = mapping(processorSections);

export type Processor = DeepReadonly<z.output<typeof processorGrammar>>;
