// What the processor answers: a receipt ("decrypted, N records"), a certificate ("destroyed, N records") or the
// acknowledgement of a recall ("stopped and deleted, N records"), one JSON file beside its signature. Where the register names a key for answers, an unsigned one counts for nothing.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { refuse } from '../../schemas/failure.ts';
import type { Code, Refusal } from '../../schemas/failure.ts';
import { canonical } from '../../schemas/canonical.ts';
import type { SigningKey } from '../package/keys.ts';
import { sign, verify } from '../package/signature.ts';
import { refusalOf } from '../step.ts';
import type { DeliveryTarget } from './adapter.ts';

const kinds = ['receipt', 'certificate', 'acknowledgement'] as const;
export type AnswerKind = (typeof kinds)[number];

const grammar = z.strictObject({
  cordon: z.literal(1),
  kind: z.enum(kinds),
  survey: z.string().max(40),
  period: z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/),
  /** SHA-256 of the ciphertext, hex */
  package: z.string().regex(/^[0-9a-f]{64}$/),
  records: z.int().nonnegative(),
  at: z.iso.datetime({ offset: true }),
  /** who at the processor; never shown or stored, for it may be a person's name */
  by: z.string().min(1).max(200),
});
export type ProcessorAnswer = Readonly<z.infer<typeof grammar>>;

/** What was sent, and so what an answer must say. */
export interface Awaited {
  readonly survey: string;
  readonly period: string;
  /** the package's file name */
  readonly name: string;
  readonly sha256: string;
  readonly records: number;
}

export type Heard<A = ProcessorAnswer> =
  | { readonly state: 'silent' }
  /** the answer is there, its compulsory signature not yet */
  | { readonly state: 'unsigned' }
  | { readonly state: 'answered'; readonly answer: A; readonly sha256: string }
  /** hex SHA-256 of what lies there, unless it is too long to be read */
  | { readonly state: 'refused'; readonly refusal: Refusal; readonly sha256?: string };

export interface Signed {
  readonly signature: Uint8Array;
  readonly publicKey: string;
}

export const answerName = (name: string, kind: AnswerKind | 'outcomes'): string => `${name}.${kind}.json`;

/** Looks once. @throws DELIVERY_UNREACHABLE (again later) */
export const hear = (
  target: DeliveryTarget,
  kind: AnswerKind,
  awaited: Awaited,
  signedBy?: string,
): Promise<Heard> =>
  hearFile(target, answerName(awaited.name, kind), signedBy, (bytes, signed) =>
    readAnswer(bytes, kind, awaited, signed),
  );

/** Looks once for one file beside its signature. @throws DELIVERY_UNREACHABLE (again later) */
export const hearFile = async <A>(
  target: DeliveryTarget,
  name: string,
  signedBy: string | undefined,
  read: (bytes: Uint8Array, signed: Signed | undefined) => Promise<A>,
): Promise<Heard<A>> => {
  const names = await target.answers();
  if (!names.includes(name)) return { state: 'silent' };
  if (signedBy !== undefined && !names.includes(`${name}.sig`)) return { state: 'unsigned' };
  let sha256: string | undefined;
  try {
    const bytes = await target.readAnswer(name);
    sha256 = createHash('sha256').update(bytes).digest('hex');
    const signed =
      signedBy === undefined
        ? undefined
        : { signature: await target.readAnswer(`${name}.sig`), publicKey: signedBy };
    return { state: 'answered', answer: await read(bytes, signed), sha256 };
  } catch (e) {
    const refusal = refusalOf(e);
    if (!refusal) throw e;
    return { state: 'refused', refusal, ...(sha256 !== undefined && { sha256 }) };
  }
};

/** @throws RECEIPT_MALFORMED, RECEIPT_MISMATCH */
export const readAnswer = async (
  bytes: Uint8Array,
  kind: AnswerKind,
  awaited: Awaited,
  signed?: Signed,
): Promise<ProcessorAnswer> => {
  await requireSigned(bytes, signed);
  const answer = parse(bytes, grammar);
  const { survey, period, sha256, records } = awaited;
  requireSame(answer, { kind, survey, period, package: sha256, records });
  return answer;
};

/** @throws RECEIPT_MALFORMED */
export const requireSigned = async (bytes: Uint8Array, signed: Signed | undefined): Promise<void> => {
  if (signed && !(await verify(bytes, signed.signature, signed.publicKey)))
    throw no(
      'RECEIPT_MALFORMED',
      'a signature that does not hold',
      'a signature by the processor’s answers key',
    );
};

/** @throws RECEIPT_MISMATCH */
export const requireSame = (
  answer: Readonly<Record<string, unknown>>,
  said: Readonly<Record<string, string | number>>,
): void => {
  for (const [field, expected] of Object.entries(said))
    if (answer[field] !== expected)
      throw no('RECEIPT_MISMATCH', `another ${field}`, `${field} ${String(expected)}`);
};

/** The processor's side, as demo and tests play it; the signature goes first, the answer last. */
export const writeAnswer = async (
  kind: AnswerKind,
  { name, sha256, ...sent }: Awaited,
  about: { readonly at: string; readonly by: string },
  key?: SigningKey,
): Promise<readonly { readonly name: string; readonly bytes: Uint8Array }[]> => {
  const answer: ProcessorAnswer = { cordon: 1, kind, ...sent, package: sha256, ...about };
  const bytes = new TextEncoder().encode(canonical(grammar.parse(answer)));
  const file = { name: answerName(name, kind), bytes };
  return key ? [{ name: `${file.name}.sig`, bytes: await sign(bytes, key) }, file] : [file];
};

/** Only field names are told: what a stranger wrote into them is not. @throws RECEIPT_MALFORMED */
export const parse = <S extends z.ZodRawShape>(
  bytes: Uint8Array,
  strict: z.ZodObject<S>,
): z.output<z.ZodObject<S>> => {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw no('RECEIPT_MALFORMED', 'no JSON', 'one JSON object in UTF-8');
  }
  const parsed = strict.safeParse(json);
  if (parsed.success) return parsed.data;
  const known = new Set(Object.keys(strict.shape));
  const paths = parsed.error.issues.map(({ path }) => String(path[0]));
  const wrong = [...new Set(paths.map((field) => (known.has(field) ? field : 'an unknown field')))];
  throw no('RECEIPT_MALFORMED', `wrong: ${wrong.join(', ')}`, `exactly ${[...known].join(', ')}`);
};

export const no = (code: Code, found: string, expected: string) =>
  refuse({ code, found, expected, remedy: 'ask the processor for a corrected answer; the month stays open' });
