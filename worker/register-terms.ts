// What may be said of an entry: in which register, for how much, who answers for it, until when and why. The command line,
// a prompt and a CSV file are held to the same.
import { refuse } from '../schemas/failure.ts';
import { isStaffId } from './config.ts';

export const registers = ['opt-outs', 'safety-markers', 'holds'] as const;
export type RegisterName = (typeof registers)[number];
/** This case must not be passed on; never again, by any survey of the force. */
export const scopes = ['case', 'standing'] as const;
export type Scope = (typeof scopes)[number];
/** Why somebody is held back for a while; PostgreSQL has the same list. */
export const holdReasons = ['live-case', 'officer-request', 'complaint'] as const;
export type HoldReason = (typeof holdReasons)[number];

/** Why somebody is traced; the ledger says it with the consultation. */
export const traceReasons = ['subject-request', 'complaint', 'breach', 'audit'] as const;
export type TraceReason = (typeof traceReasons)[number];

export interface Given {
  readonly phone?: string;
  readonly reference?: string;
  readonly forename?: string;
  readonly surname?: string;
  readonly postcode?: string;
}

export interface Terms {
  readonly register: RegisterName;
  /** opt-outs alone; unless said, `standing` with a phone or a name, `case` with a reference alone */
  readonly scope?: Scope;
  /**
   * Safety markers and holds, and they need both: who answers for it, and the day it is looked at again, `yyyy-mm-dd`;
   * of a hold its last one.
   */
  readonly owner?: string;
  readonly reviewOn?: string;
  /** of a hold, which needs it */
  readonly reason?: HoldReason;
}

/** @returns what is missing or out of place, in words; undefined when the terms are of this register */
export const mistakeIn = ({ register, scope, owner, reviewOn, reason }: Terms): string | undefined => {
  if (register === 'opt-outs') return undefined;
  const one = register === 'holds' ? 'a hold' : 'a safety marker';
  if (scope !== undefined) return `a scope of ${one}`;
  if (owner === undefined || !isStaffId(owner)) return `${one} without an owner, a staff id`;
  if (!reviewOn || !/^\d{4}-\d\d-\d\d$/.test(reviewOn) || Number.isNaN(Date.parse(reviewOn)))
    return `${one} without a review date, yyyy-mm-dd`;
  if (register === 'holds' && reason === undefined)
    return `a hold without a reason, one of ${holdReasons.join(', ')}`;
  return undefined;
};

/** @throws INPUT where the terms and what was given do not go together */
export const scopeOf = ({ register, scope }: Terms, given: Given): Scope => {
  const named = given.forename ?? given.surname ?? given.postcode;
  if (register !== 'opt-outs') return 'standing';
  if (scope === 'case' && given.phone)
    throw refuse({
      code: 'INPUT',
      found: 'a telephone number for one case',
      expected: 'a reference, or forename, surname and postcode; a number is of no case',
      remedy: 'leave the phone out, or register it as standing: never again',
    });
  if (scope === 'standing' && !given.phone && named === undefined)
    throw refuse({
      code: 'INPUT',
      found: 'a reference alone for never again',
      expected: 'a phone, or forename, surname and postcode: the next case has another reference',
      remedy: 'ask the person for the number to be left alone, or register this case',
    });
  return scope ?? (given.reference && !given.phone && named === undefined ? 'case' : 'standing');
};
