// What a trace found, in words: for the officer who asked, and as a letter for the person, to copy and sign. Neither
// holds a name or a number of theirs.
import type { ContactOutcome } from '../schemas/leaf.ts';
import { day, moment, month } from './calendar.ts';

export interface CopyState {
  readonly kind: string;
  readonly state: 'live' | 'erasing' | 'erased';
  readonly dueAt: string;
  readonly erasedAt: string | null;
  readonly verifiedAt: string | null;
}

export interface Disclosure {
  readonly survey: string;
  readonly period: string;
  readonly recipient: string;
  /** as the contract has it */
  readonly company: string;
  readonly purpose: string;
  readonly fields: readonly string[];
  /** what an interviewer calls this person */
  readonly surveyRefs: readonly string[];
  readonly recognisedBy: readonly string[];
  readonly intendedAt: string;
  /** from here on it counts as disclosed, whatever arrived; null while nothing has left */
  readonly firstByteAt: string | null;
  readonly deliveredAt: string | null;
  readonly receivedAt: string | null;
  /** when the company was asked to stop and delete, and when it acknowledged it */
  readonly recalls: readonly {
    readonly because: string;
    readonly askedAt: string;
    readonly sentAt: string | null;
    readonly acknowledgedAt: string | null;
  }[];
  /** what the company has reported of them, and when that was taken into the registers */
  readonly outcomes: readonly {
    readonly outcome: ContactOutcome;
    readonly reportedAt: string;
    readonly takenAt: string;
  }[];
  /** what the company has certified; null while it has not */
  readonly destroyedAt: string | null;
  /** every copy of this wave that held, or holds, this person */
  readonly copies: readonly CopyState[];
}

export interface Traced {
  readonly given: readonly string[];
  readonly disclosures: readonly Disclosure[];
  /** every wave that has left: what can be said of anybody */
  readonly waves: readonly {
    readonly survey: string;
    readonly period: string;
    readonly company: string;
    readonly rows: number;
    readonly leftAt: string;
    /** since when nobody can say any more who was in it; null while the index lives */
    readonly untoldSince: string | null;
  }[];
  readonly askedAt: string;
}

/** Paragraphs, a blank line between. */
export const letter = ({ disclosures, waves, askedAt }: Traced): string => {
  const left = disclosures.filter(({ firstByteAt }) => firstByteAt !== null);
  const untold = waves.filter(({ untoldSince }) => untoldSince !== null);
  return [
    'You asked whether we have passed your details on for a survey.',
    ...(left.length === 0
      ? [`On ${day(askedAt)} our records name you in no file that we have passed to a survey company.`]
      : left.map(about)),
    ...(untold.length > 0
      ? [
          `We keep no record of who was in our surveys about ${listed(untold.map(({ period }) => month(period)))}: it was destroyed when its time was over, as we had said. Of those months we can say how many people were passed on and to whom, and not who.`,
        ]
      : []),
    'You may ask us at any time not to pass on your details again.',
  ].join('\n\n');
};

const about = ({
  period,
  company,
  purpose,
  fields,
  firstByteAt,
  destroyedAt,
  recalls,
  outcomes,
  copies,
}: Disclosure): string => {
  const theirs = copies.find(({ kind }) => kind === 'delivered');
  const ended =
    destroyedAt !== null
      ? `The company has certified that it destroyed them on ${day(destroyedAt)}.`
      : theirs
        ? `The company must destroy them by ${day(theirs.dueAt)}, and has not certified it yet.`
        : 'The company has not certified their destruction yet.';
  return `On ${firstByteAt === null ? '' : day(firstByteAt)} we passed to ${company}, about ${month(period)}: ${listed(fields.map(inWords))}. The purpose: ${purpose}. ${recalled(recalls)}${outcomes.map(reported).join('')}${ended}`;
};

const recalled = (recalls: Disclosure['recalls']): string => {
  const [first] = recalls;
  if (!first) return '';
  const answered =
    first.acknowledgedAt === null
      ? 'It has not confirmed that yet.'
      : `It confirmed that on ${day(first.acknowledgedAt)}.`;
  return `On ${day(first.askedAt)} we asked the company not to contact you and to delete what it holds. ${answered} `;
};

const outcomeInWords: Readonly<Record<ContactOutcome, string>> = {
  refused: 'you did not wish to take part',
  'opted-out': 'you do not wish to be asked again',
  'wrong-number': 'it had reached somebody else by the number',
  deceased: 'the person had died',
  distressed: 'the call had distressed you',
};

const reported = ({ outcome, reportedAt }: Disclosure['outcomes'][number]): string =>
  `The company told us that on ${day(reportedAt)} ${outcomeInWords[outcome]}. `;

const inWords = (field: string): string =>
  field === 'survey_ref' ? 'a survey reference' : field.replaceAll('_', ' ');

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

const momentOrNot = (at: string | null): string => (at === null ? 'not yet' : moment(at));

export const readable = ({ disclosures, waves, given }: Traced): string[] => [
  disclosures.length === 0
    ? `no wave on record names this ${given.length > 1 ? 'person' : (given[0] ?? 'person')}`
    : `in ${disclosures.length === 1 ? 'one wave' : `${String(disclosures.length)} waves`}`,
  ...disclosures.flatMap((d) => [
    '',
    `wave/${d.survey}/${d.period}, recognised by ${d.recognisedBy.join(', ')}`,
    `  to          ${d.company} (${d.recipient})`,
    `  fields      ${d.fields.join(', ')}`,
    `  known as    ${d.surveyRefs.join(', ')}`,
    `  left        ${momentOrNot(d.firstByteAt)}`,
    `  delivered   ${momentOrNot(d.deliveredAt)}; receipt ${momentOrNot(d.receivedAt)}`,
    ...d.recalls.map(
      ({ because, sentAt, acknowledgedAt }) =>
        `  recalled    ${because}; sent ${momentOrNot(sentAt)}, acknowledged ${momentOrNot(acknowledgedAt)}`,
    ),
    ...d.outcomes.map(
      ({ outcome, reportedAt, takenAt }) =>
        `  reported    ${outcome}, ${moment(reportedAt)}; taken ${moment(takenAt)}`,
    ),
    `  destroyed   ${d.destroyedAt === null ? 'no certificate yet' : `certified for ${momentOrNot(d.destroyedAt)}`}`,
    ...d.copies.map(
      ({ kind, state, dueAt, erasedAt, verifiedAt }) =>
        `  ${kind.padEnd(18)}${state === 'erased' ? `erased ${momentOrNot(erasedAt)}, ${verifiedAt === null ? 'not proved yet' : 'proved'}` : `${state}, due ${momentOrNot(dueAt)}`}`,
    ),
  ]),
  ...atLarge(waves),
];

const atLarge = (waves: Traced['waves']): string[] => {
  const untold = waves.filter(({ untoldSince }) => untoldSince !== null);
  return [
    '',
    `${String(waves.length)} ${waves.length === 1 ? 'wave has' : 'waves have'} left, with ${String(waves.reduce((n, { rows }) => n + rows, 0))} people`,
    ...(untold.length > 0
      ? [
          `  of ${String(untold.length)} nobody can say any more who was in: ${untold.map(({ survey, period }) => `wave/${survey}/${period}`).join(', ')}`,
        ]
      : []),
  ];
};
