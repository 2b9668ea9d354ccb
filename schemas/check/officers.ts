// The people of an officers file against each other: who signs for whom, from when to when, with keys of their own.
import { mistakeAt } from '../explain.ts';
import type { Complaint } from '../explain.ts';
import type { Mistake } from '../mistake.ts';
import { nearest } from '../nearest.ts';
import type { Officers } from '../officers.ts';
import type { Parsed } from '../parse.ts';
import { parseSshKey } from '../ssh-key.ts';

export const checkOfficers = (parsed: Parsed, { dpo, staff }: Partial<Officers>): Mistake[] => {
  const complaints: Complaint[] = [];
  const say = (complaint: Complaint): void => void complaints.push(complaint);
  const everybody: [readonly string[], readonly string[]][] = [
    ...(dpo ? ([[['dpo'], dpo.keys]] as [string[], readonly string[]][]) : []),
    ...Object.entries(staff ?? {}).map(([id, { keys }]): [string[], readonly string[]] => [
      ['staff', id],
      keys,
    ]),
  ];
  // two signatures by one key would pass for two people
  const seen = new Set<string>();
  for (const [path, keys] of everybody)
    for (const [at, key] of keys.entries()) {
      const { fingerprint } = parseSshKey(key);
      if (seen.has(fingerprint))
        say({ path: [...path, 'keys', at], code: 'repeated', expected: 'a key that nobody else has' });
      seen.add(fingerprint);
    }
  for (const [id, { from, to, deputyFor }] of Object.entries(staff ?? {})) {
    const path = ['staff', id];
    if (to < from) say({ path: [...path, 'to'], code: 'bad-range', expected: `${from} or later` });
    if (id === dpo?.id)
      say({
        path,
        part: 'key',
        code: 'repeated',
        expected: 'another person than the data protection officer',
      });
    if (deputyFor === undefined) continue;
    const others = Object.keys(staff ?? {}).filter(
      (other) => other !== id && staff?.[other]?.deputyFor === undefined,
    );
    if (!others.includes(deputyFor))
      say({
        path: [...path, 'deputy_for'],
        code: 'unknown-officer',
        expected: `an officer who is no deputy: ${others.join(', ') || 'there is none'}`,
        nearest: nearest(deputyFor, others),
      });
  }
  return complaints.map((complaint) => mistakeAt(parsed, complaint));
};
