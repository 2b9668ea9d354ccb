// A certificate of erasure as people read it in a terminal or a letter: eighty columns, and every word of it in the file
// that is signed.
import type { Certificate, ErasedCopy } from './certificate-file.ts';
import { ofAttempt } from './inventory.ts';
import { decidedBy } from './retention.ts';
import { wrap } from './wrap.ts';

export const certificateText = (certified: Certificate): string => {
  const { log, issuedAt, plan, copies, standing, ledger } = certified;
  return [
    'CERTIFICATE OF ERASURE',
    '',
    row('of', subjectOf(certified)),
    row('issued', moment(issuedAt)),
    row('log', log),
    ...(plan ? [row('plan', plan.planHash), row('policy', plan.declarationHash)] : []),
    ...copies.flatMap((copy) => ['', ...copyLines(copy)]),
    ...(standing.length === 0 ? [] : ['', 'NOT ERASED YET']),
    ...standing.map(({ kind, dueAt, standing: at }) => `${kind.padEnd(18)}${at}, due ${dueAt.slice(0, 10)}`),
    '',
    ...wrap(
      `Proved by ${String(ledger.entries.length)} entries of the ledger under one signed checkpoint. ` +
        'The file of --json carries them; anybody with the key of the log checks it offline: cordon proof FILE --key KEY',
    ),
  ]
    .flatMap((line) => wrap(line, 14))
    .join('\n');
};

const row = (label: string, text: string): string => `${label.padEnd(14)}${text}`;

export const subjectOf = ({ survey, period, copies }: Certificate): string =>
  survey === null
    ? (copies[0]?.kind ?? '')
    : copies.length === 1
      ? `${copies[0]?.kind ?? ''}, ${survey} ${period ?? ''}`
      : `${survey} ${period ?? ''}: ${String(copies.length)} copies`;

const copyLines = (copy: ErasedCopy): string[] => [
  `${copy.kind.toUpperCase()}  copy ${String(copy.copy)}, ${ofAttempt(copy)}`,
  row('place', copy.place),
  row('kept', `${moment(copy.opened.at)} to ${moment(copy.erased.at)}`),
  row('due', moment(copy.dueAt)),
  row('before', beforeOf(copy)),
  row('after', 'nothing'),
  row('method', copy.method),
  row('proved', `${moment(copy.verified.at)}, by the verifier, another role than erased it`),
  ...(copy.verified.querySha256 === null ? [] : [row('query', copy.verified.querySha256)]),
  ...(copy.verified.searchSha256 === null ? [] : [row('search', copy.verified.searchSha256)]),
  ...copy.verified.notSearched.map((where, nth) => row(nth === 0 ? 'not searched' : '', where)),
  row('holds', holdsOf(copy)),
  ...(copy.decisions ? [row('review', decisionsOf(copy))] : []),
  ...copy.residual.map(({ place, until }, nth) =>
    row(nth === 0 ? 'may remain in' : '', withEnd(place, until)),
  ),
  row('entries', [copy.opened, copy.erased, copy.verified].map(({ entry }) => String(entry)).join(', ')),
];

export const beforeOf = ({ before: { relations, rows, bytes } }: ErasedCopy): string =>
  [
    ...(relations === null ? [] : [`${counted(relations)} ${relations === 1 ? 'table' : 'tables'}`]),
    ...(rows === null ? [] : [`${counted(rows)} ${rows === 1 ? 'row' : 'rows'}`]),
    ...(bytes === null ? [] : [`${counted(bytes)} bytes`]),
  ].join(', ') || 'not counted';

export const holdsOf = ({ holds }: ErasedCopy): string =>
  holds.length === 0
    ? 'none, ever'
    : holds
        .map(
          ({ hold, because, setAt, liftedAt }) =>
            `${String(hold)} for ${because}, ${setAt.slice(0, 10)} to ${liftedAt?.slice(0, 10) ?? 'now'}`,
        )
        .join('; ');

export const decisionsOf = ({ decisions = [] }: ErasedCopy): string =>
  decisions.length === 0 ? 'nobody decided' : decisions.map(decidedBy).join('; ');

export const withEnd = (place: string, until: string | null): string =>
  until === null ? place : `${place}, until ${until.slice(0, 10)}`;

/** `2026-10-16 05:30 UTC` */
export const moment = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;

/** `1,200` */
export const counted = (n: number): string => n.toLocaleString('en-GB');
