// What may stop a wave until an officer says why it may go on. A canary that survived and a register that cannot be
// read are no alarms: they are refusals, and nobody can wave them through.
import type { Code } from './failure.ts';

export const alarmCodes = [
  'QUARANTINE_OVER_TOLERANCE',
  'REGISTER_EMPTIED',
  'REGISTER_SHRUNK',
  'REGISTER_ALTERED',
  'REGISTER_STALE',
  'RULE_REMOVES_NOTHING',
  'RULE_REMOVES_OVER',
  'RULE_CHANGED',
] as const satisfies readonly Code[];
export type AlarmCode = (typeof alarmCodes)[number];

/** Why an officer lets it pass: a closed list, for free text would hold names. */
export const acceptances = {
  'known-event': 'something happened that explains it',
  'source-changed': 'the records system writes this otherwise now',
  'policy-changed': 'the rule, or what is recorded, was changed on purpose',
  seasonal: 'this month is always like this',
  'register-restarted': 'the register was begun again on purpose',
  'checked-at-source': 'the records team has looked, and it is right',
} as const;
export type Because = keyof typeof acceptances;

export interface Alarm {
  readonly code: AlarmCode;
  /** the rule or the register it is about */
  readonly reason?: string;
  readonly found: string;
  readonly expected: string;
}
