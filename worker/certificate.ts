// `cordon certificate`: what was erased of a copy or of a wave, with what proves it, for the data protection officer, an
// auditor or the company; for people as text or as a page, for whoever checks it as a signed file.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { refuse } from '../schemas/failure.ts';
import { withConnection } from '../sql/connect.ts';
import { readHeads, signCheckpoint } from '../sql/ledger/checkpoint.ts';
import { verifyDatabase } from '../sql/ledger/verify-database.ts';
import { waveOf } from '../workflows/ids.ts';
import { signCertificate } from './certificate-file.ts';
import { makeCertificate } from './certificate-make.ts';
import type { Subject } from './certificate-make.ts';
import { certificatePage } from './certificate-page.ts';
import { certificateText } from './certificate-text.ts';
import type { Environment } from './config.ts';
import { exitCodes } from './exit.ts';
import { mustBeSound } from './ledger-checkpoint.ts';
import { ledgerSigner } from './ledger-key.ts';
import { login } from './login.ts';

type Say = (line: string) => void;

export interface CertificateFlags {
  readonly json?: boolean;
  readonly html?: boolean;
  readonly out?: string;
}

/** @throws INPUT, ERASURE_UNPROVEN, LEDGER_FORKED */
export const certificateCommand = async (
  of: string,
  { json, html, out }: CertificateFlags,
  env: Environment,
  say: Say,
): Promise<number> => {
  const subject = subjectNamed(of);
  const signer = ledgerSigner(env);
  const url = await login(env, 'auditor');
  const certified = await withConnection(url, 'cordon certificate', async (db) => {
    mustBeSound(await verifyDatabase(db));
    await db.query('begin isolation level repeatable read, read only');
    const { head } = await readHeads(db);
    const checkpoint = signCheckpoint(head, signer);
    return makeCertificate(db, subject, { log: signer.name, size: head.size, checkpoint });
  });
  const text = json
    ? signCertificate(certified, signer)
    : html
      ? certificatePage(certified)
      : certificateText(certified);
  if (out === undefined) {
    say(text);
    return exitCodes.done.code;
  }
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, `${text}\n`);
  say(out);
  return exitCodes.done.code;
};

/** `7`, `wave/warwickshire-victims/2026-10`, or that without `wave/`. */
const subjectNamed = (of: string): Subject => {
  const wave = waveOf(of.startsWith('wave/') ? of : `wave/${of}`);
  if (wave) return wave;
  if (/^\d{1,9}$/.test(of)) return { copy: Number(of) };
  throw refuse({
    code: 'INPUT',
    found: 'neither a copy nor a wave of such a name',
    expected: 'the number of a copy, such as 7, or wave/<survey>/<yyyy-mm>',
    remedy: 'see what there is: npx cordon retention',
  });
};
