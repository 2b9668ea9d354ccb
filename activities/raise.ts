// An exception that is known the moment it arises: a leaf, with who answers for it and by when.
import type { Refusal } from '../schemas/failure.ts';
import type { CopyKind } from '../schemas/leaf.ts';
import type { AttemptKey } from '../schemas/ref.ts';
import type { Deps } from './deps.ts';
import { recorded } from './receive.ts';
import { isSaid } from './said.ts';
import type { StageTx } from './step.ts';

/** MUST come last in a transaction, with the other leaves. */
export const raise = async (
  { tx, leaves }: Pick<StageTx, 'tx' | 'leaves'>,
  code: string,
  within: string,
  about: { readonly subject?: string; readonly fileSha256?: string; readonly found?: string },
): Promise<void> => {
  const { rows } = await tx.query<{ due: Date }>('select now() + $1::interval as due', [within]);
  const dueAt = rows[0]?.due.toISOString() ?? '';
  await leaves({ type: 'exception', code, owner: 'data-officer', dueAt, ...about });
};

/** Of an answer that is not taken; once for each file, however often it is looked at. */
export const raiseRefused = (
  deps: Deps,
  key: AttemptKey,
  code: 'RECEIPT_REFUSED' | 'CERTIFICATE_REFUSED' | 'ACKNOWLEDGEMENT_REFUSED' | 'OUTCOMES_REFUSED',
  { found }: Refusal,
  fileSha256?: string,
): Promise<void> =>
  recorded(deps, key, async (s) => {
    const file = fileSha256 === undefined ? {} : { fileSha256 };
    if (await isSaid(s.tx, key, { type: 'exception', code, ...file })) return;
    // its signature is being replaced, and the file that it belongs to comes next
    if (fileSha256 !== undefined && (await isSaid(s.tx, key, { type: 'outcome', fileSha256 }))) return;
    await raise(s, code, 'PT0S', { ...file, found });
  });

/** Once for each session name: who is in the way of the purge, by what they call themselves, and not what they ask. */
export const raiseBlocked = async (deps: Deps, id: number): Promise<void> => {
  const { rows } = await deps.pool.query<AttemptKey & Blocker>(
    `select c.survey, c.period, c.attempt, c.kind, w.pid, w.application
     from cordon.copy c, cordon.in_the_way(c.id) w where c.id = $1`,
    [id],
  );
  for (const { kind, pid, application, ...key } of rows) {
    // another purge of the same copy
    if (application === 'cordon worker') continue;
    const name = nameOf(application);
    const about = {
      subject: `${kind}.${name}`,
      found: pid === null ? name : `a session ${name}, pid ${String(pid)}`,
    };
    await recorded(deps, key, async (s) => {
      if (await isSaid(s.tx, key, { type: 'exception', code: 'COPY_BLOCKED', subject: about.subject }))
        return;
      await raise(s, 'COPY_BLOCKED', 'PT0S', about);
    });
  }
};

interface Blocker {
  readonly kind: CopyKind;
  /** none of a prepared transaction */
  readonly pid: number | null;
  readonly application: string | null;
}

/** As a subject may be spelled; long numbers in it are nobody's business. */
const nameOf = (application: string | null): string =>
  application === null
    ? 'prepared-transaction'
    : application
        .toLowerCase()
        .replaceAll(/\d{5,}/g, '')
        .replaceAll(/[^a-z0-9._]+/g, '-')
        .replaceAll(/^-|-$/g, '')
        .slice(0, 40) || 'unnamed';
