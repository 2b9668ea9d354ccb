// Plays the survey company: opens what arrived with its own key, answers with a receipt, reports whom it rang and,
// later, certifies the destruction.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeOutcomes } from '../../activities/delivery/outcomes.ts';
import { writeAnswer } from '../../activities/delivery/receipt.ts';
import type { AnswerKind } from '../../activities/delivery/receipt.ts';
import { openPackage } from '../../activities/package/open.ts';
import type { ContactOutcome } from '../../schemas/leaf.ts';
import type { WaveKey } from '../../schemas/ref.ts';
import type { Installation } from './installation.ts';

export interface Arrived {
  readonly file: string;
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly fields: readonly string[];
  readonly rows: number;
  readonly surveyRefs: readonly string[];
}

type Party = Pick<Installation, 'processor' | 'keys'>;

/** The package whose manifest lies there: the manifest comes last. */
export const collect = async ({ processor, keys }: Party): Promise<Arrived | undefined> => {
  const names = await readdir(processor.inbound);
  const manifest = names.find((name) => name.endsWith('.manifest.json'));
  if (!manifest) return undefined;
  const name = manifest.slice(0, -'.manifest.json'.length);
  const file = join(processor.inbound, name);
  const ciphertext = await readFile(file);
  const opened = await openPackage(ciphertext, {
    recipientPrivateKey: keys.recipient.privateKey,
    senderPublicKey: keys.sender.publicKey,
  });
  return {
    file,
    name,
    sha256: createHash('sha256').update(ciphertext).digest('hex'),
    bytes: ciphertext.length,
    fields: opened.fields,
    rows: opened.rows.length,
    surveyRefs: opened.rows.flatMap((row) => row[opened.fields.indexOf('survey_ref')] ?? []),
  };
};

/** Whoever certifies has deleted the package first: it is put away, where only the player of this company finds it. */
export const respond = async (
  { processor, keys }: Party,
  kind: AnswerKind,
  { survey, period }: WaveKey,
  arrived: Arrived,
): Promise<Arrived> => {
  const { name, sha256, rows } = arrived;
  const opened = join(dirname(processor.inbound), 'opened');
  const file = kind === 'certificate' ? join(opened, name) : arrived.file;
  if (file !== arrived.file) {
    await mkdir(opened, { recursive: true, mode: 0o700 });
    await rename(arrived.file, file);
  }
  const about = { at: new Date().toISOString(), by: 'data desk' };
  const files = await writeAnswer(kind, { survey, period, name, sha256, records: rows }, about, {
    signingKey: keys.answers.privateKey,
  });
  await put(processor.outbound, files);
  return { ...arrived, file };
};

/** One person of each of these outcomes, from the first on. */
export const reportOutcomes = async (
  { processor, keys }: Party,
  { survey, period }: WaveKey,
  { name, sha256, rows, surveyRefs }: Arrived,
  outcomes: readonly ContactOutcome[],
): Promise<void> => {
  const at = new Date().toISOString();
  const reported = outcomes.map((outcome, i) => ({ survey_ref: surveyRefs[i] ?? '', outcome, at }));
  const files = await writeOutcomes(
    { survey, period, name, sha256, records: rows },
    reported,
    { at, by: 'data desk' },
    { signingKey: keys.answers.privateKey },
  );
  await put(processor.outbound, files);
};

const put = async (
  folder: string,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<void> => {
  for (const { name, bytes } of files) await writeFile(join(folder, name), bytes, { mode: 0o600 });
};
