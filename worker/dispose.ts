// `cordon dispose COPY`: officers review a copy whose survey, or whose being a register, wants it looked at. One erases it,
// two keep it until another review.
import type { Statements } from '../schemas/act.ts';
import type { Decision, DispositionReason } from '../schemas/disposition.ts';
import { dispositions } from '../schemas/disposition.ts';
import { refuse } from '../schemas/failure.ts';
import { withConnection } from '../sql/connect.ts';
import { officersInForce } from '../sql/officers.ts';
import type { ActFlags, Say } from './act.ts';
import { perform, toWorkflow, withClient } from './act.ts';
import type { Environment } from './config.ts';
import { login } from './login.ts';
import type { Copy } from './retention.ts';
import { readInventory } from './retention.ts';
import { isDay } from './review.ts';

export interface DisposeFlags extends ActFlags {
  readonly because: DispositionReason;
  readonly erase?: boolean;
  /** the day of the next review, `2028-01-31` */
  readonly extend?: string;
}

interface Disposed {
  readonly officers: number;
  readonly needed: number;
  readonly dueAt: string;
}

export const disposeCommand = async (
  id: number,
  { because, erase, extend, ...flags }: DisposeFlags,
  env: Environment,
  say: Say,
): Promise<number> => {
  const decision = decisionOf(because, erase, extend);
  const { copy, domain } = await withConnection(
    await login(env, 'auditor'),
    'cordon dispose',
    async (db) => ({
      copy: reviewable(
        (await readInventory(db)).find((each) => each.id === id),
        decision,
      ),
      domain: (await officersInForce(db)).officers,
    }),
  );
  const statement: Statements['dispose'] = {
    ...(copy.survey !== null && copy.period !== null && { survey: copy.survey, period: copy.period }),
    copy: id,
    dueAt: copy.dueAt,
    decision,
    because,
    ...(extend !== undefined && { reviewOn: extend }),
  };
  return withClient(env, (client) => {
    const send = toWorkflow<'dispose', Disposed>(client, 'dispose', env);
    const act = { act: 'dispose', statement, domain, send } as const;
    return perform(act, flags, env, say, ({ officers, needed, dueAt }) =>
      officers < needed
        ? [
            `signed: ${String(officers)} of ${String(needed)} officers; its clock is as it was`,
            '  another officer signs the same:',
            `  npx cordon dispose ${String(id)} --extend ${extend ?? ''} --because ${because}`,
          ]
        : decision === 'erase'
          ? [`copy ${String(id)} is due: the next sweep erases it, and the verifier proves it`]
          : [
              `copy ${String(id)} is kept: reviewed again on ${extend ?? ''}, its clock ends ${dueAt.slice(0, 10)}`,
            ],
    );
  });
};

/** @throws INPUT unless exactly one is decided, for a reason of its own */
const decisionOf = (
  because: DispositionReason,
  erase: boolean | undefined,
  extend: string | undefined,
): Decision => {
  const decision = erase ? 'erase' : 'extend';
  const reasons = Object.keys(dispositions[decision]);
  if (Boolean(erase) === (extend !== undefined) || (extend !== undefined && !isDay(extend)))
    throw refuse({
      code: 'INPUT',
      found: extend === undefined || isDay(extend) ? 'no decision, or two' : 'a review that is no day',
      expected: '--erase, or --extend with the day of the next review such as 2028-01-31',
      remedy: 'give one of them',
    });
  if (!reasons.includes(because))
    throw refuse({
      code: 'INPUT',
      found: `${because}, which is no reason to ${decision}`,
      expected: `one of ${reasons.join(', ')}`,
      remedy: 'give the reason that it is; see npx cordon dispose --help',
    });
  return decision;
};

/** What the verifier would answer, before anything is signed. @throws INPUT, CLOCK_INVALID */
const reviewable = (copy: Copy | undefined, decision: Decision): Copy => {
  if (!copy || copy.erasedAt !== null || copy.standing === 'erasing')
    throw refuse({
      code: 'INPUT',
      found: copy ? `a copy that is ${copy.standing}` : 'no such copy',
      expected: 'the number of a live copy, as npx cordon retention shows it',
      remedy: 'look there',
    });
  if (copy.reviewAt === null || (copy.kind === 'registers' && decision === 'erase'))
    throw refuse({
      code: 'CLOCK_INVALID',
      found:
        copy.reviewAt === null
          ? `a copy of ${copy.kind}, for which no review was declared when it was made`
          : 'a register, which is never erased whole',
      expected: 'a copy that officers may decide so of',
      remedy:
        copy.reviewAt === null
          ? 'to erase it sooner: npx cordon clock; to keep it for a complaint or a court: npx cordon hold set'
          : 'withdraw what is not needed: npx cordon register withdraw; then --extend',
    });
  return copy;
};
