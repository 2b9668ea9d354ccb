// What the processor says of whom it rang: one JSON file beside its signature, put there again with everything so far
// whenever there is more. No answers to the survey: only what concerns being rung at all.
import { z } from 'zod';
import type { ContactOutcome } from '../../schemas/leaf.ts';
import { contactOutcomes } from '../../schemas/leaf.ts';
import { canonical } from '../../schemas/canonical.ts';
import type { SigningKey } from '../package/keys.ts';
import { sign } from '../package/signature.ts';
import type { DeliveryTarget } from './adapter.ts';
import type { Awaited, Heard, Signed } from './receipt.ts';
import { answerName, hearFile, no, parse, requireSame, requireSigned } from './receipt.ts';

const instant = z.iso.datetime({ offset: true }).startsWith('20');

const grammar = z.strictObject({
  cordon: z.literal(1),
  kind: z.literal('outcomes'),
  survey: z.string().max(40),
  period: z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/),
  /** SHA-256 of the ciphertext, hex */
  package: z.string().regex(/^[0-9a-f]{64}$/),
  /** none is an answer too */
  outcomes: z.array(
    z.strictObject({
      survey_ref: z.string().regex(/^[0-9a-z]{1,100}$/),
      outcome: z.enum(contactOutcomes),
      at: instant,
    }),
  ),
  at: instant,
  /** who at the processor; never shown or stored, for it may be a person's name */
  by: z.string().min(1).max(200),
});

export interface Reported {
  readonly survey_ref: string;
  readonly outcome: ContactOutcome;
  readonly at: string;
}

/** Looks once. @throws DELIVERY_UNREACHABLE (again later) */
export const hearOutcomes = (
  target: DeliveryTarget,
  awaited: Awaited,
  signedBy?: string,
): Promise<Heard<readonly Reported[]>> =>
  hearFile(target, answerName(awaited.name, 'outcomes'), signedBy, (bytes, signed) =>
    readOutcomes(bytes, awaited, signed),
  );

/**
 * Each reference once, in its order.
 * @throws RECEIPT_MALFORMED, RECEIPT_MISMATCH
 */
export const readOutcomes = async (
  bytes: Uint8Array,
  { survey, period, sha256 }: Awaited,
  signed?: Signed,
): Promise<readonly Reported[]> => {
  await requireSigned(bytes, signed);
  const file = parse(bytes, grammar);
  requireSame(file, { survey, period, package: sha256 });
  const byRef = new Map<string, Reported>();
  for (const reported of file.outcomes) {
    const before = byRef.get(reported.survey_ref);
    if (before && before.outcome !== reported.outcome)
      throw no('RECEIPT_MISMATCH', 'two outcomes of one reference', 'one outcome of each reference');
    byRef.set(reported.survey_ref, before ?? reported);
  }
  return [...byRef.values()];
};

/** The processor's side, as demo and tests play it; the signature goes first, the file last. */
export const writeOutcomes = async (
  { survey, period, name, sha256 }: Awaited,
  outcomes: readonly Reported[],
  about: { readonly at: string; readonly by: string },
  key: SigningKey,
): Promise<readonly { readonly name: string; readonly bytes: Uint8Array }[]> => {
  const said = grammar.parse({
    cordon: 1,
    kind: 'outcomes',
    survey,
    period,
    package: sha256,
    outcomes,
    ...about,
  });
  const bytes = new TextEncoder().encode(canonical(said));
  const file = answerName(name, 'outcomes');
  return [
    { name: `${file}.sig`, bytes: await sign(bytes, key) },
    { name: file, bytes },
  ];
};
