// The survey of ../bench-victims.yaml in plain JavaScript, once for all peers that are JavaScript: row rules as rows come,
// then what is asked of the whole month, the frame, and the draw.
import { createHmac, hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { identify, trimmed } from './identify.ts';
import type { Answer, Job } from './job.ts';
import type { Row } from './rows.ts';

export const reasons = [
  'opted-out',
  'notice-open',
  'deceased',
  'under-16',
  'not-a-person',
  'also-a-suspect',
  'cancelled',
  'domestic-abuse',
  'sexual-offence',
  'serious-violence',
  'unknown-offence',
  'sensitive',
  'no-usable-phone',
  'surveyed-recently',
  'shared-phone',
  'same-person',
] as const;
type Reason = (typeof reasons)[number];

const bit = Object.fromEntries(reasons.map((reason, i) => [reason, 1 << i])) as Record<Reason, number>;

export interface Considered {
  readonly key: string;
  readonly row: Row;
  readonly reportedAt: number;
  readonly area: string;
  readonly group: string;
  /** tokens, hex */
  readonly phones: readonly string[];
  readonly person: string | undefined;
  readonly phone: string | undefined;
  mask: number;
}

type Outcome = Pick<Answer, 'counts' | 'frame' | 'sample' | 'selected'>;

export interface Month {
  /** undefined for a row outside the window */
  add(row: Row): Considered | undefined;
  /** @returns the selected beside the verdict */
  finish(): Outcome & { readonly drawn: readonly Considered[] };
}

export const month = (job: Job): Month => {
  const key = Buffer.from(job.tokenKey, 'hex');
  const token = (kind: string, text: string): string =>
    createHmac('sha256', key).update(`${kind}:${text}`, 'utf8').digest('hex');
  const registers = readRegisters(job.registers);
  const lists = {
    domestic: new Set(job.lists.domestic),
    sexual: new Set(job.lists.sexual),
    serious: new Set(job.lists.serious),
  };
  const groups = new Map(Object.entries(job.groups));
  const dayOf = (at: number): string => {
    let minutes = 0;
    for (const [from, ahead] of job.clock) if (at >= from) minutes = ahead;
    return new Date(at + minutes * 60_000).toISOString().slice(0, 10);
  };
  const drawnLimit = yearsBefore(16, job.drawnOn);
  const all: Considered[] = [];
  const [from, to] = job.window;

  return {
    add: (row) => {
      if (!(row.reported_at >= from && row.reported_at < to)) return undefined;
      const { person, reference, phones } = identify(row);
      const tokens = {
        phone: phones.map(({ number }) => token('phone', number)),
        reference: reference === null ? [] : [token('reference', reference)],
        person: person.map((form) => token('person', form)),
      };
      const none = tokens.phone.length + tokens.reference.length + tokens.person.length === 0;
      /** unknown for a row without a token */
      const hit = (register: string): boolean | null =>
        Object.entries(tokens).some(([kind, own]) =>
          own.some((t) => registers.get(`${register},${kind}`)?.has(t)),
        ) || (none ? null : false);
      // blank is missing, however a peer got hold of the row
      const code = trimmed(row.offence_code);
      const type = trimmed(row.victim_type);
      const role = trimmed(row.victim_role);
      const status = trimmed(row.crime_status);
      const among = (codes: { has(code: string): boolean }): boolean | null =>
        code === null ? null : codes.has(code);
      const born =
        row.born_on !== null && row.born_on > '1900-01-01' && row.born_on !== '1901-01-01'
          ? row.born_on
          : null;
      const truths: Readonly<Partial<Record<Reason, boolean | null>>> = {
        'opted-out': hit('opt-outs'),
        'notice-open': row.reported_at > job.noticeEdge,
        deceased: row.deceased,
        'under-16':
          born === null ? null : yearsBefore(16, dayOf(row.reported_at)) < born || drawnLimit < born,
        'not-a-person': type === null ? null : type !== 'person',
        'also-a-suspect': role === null ? null : role !== 'victim',
        cancelled: status === null ? null : status === 'cancelled' || status === 'transferred',
        'domestic-abuse': row.flag_domestic || among(lists.domestic),
        'sexual-offence': among(lists.sexual),
        'serious-violence': among(lists.serious),
        'unknown-offence': code === null ? null : !groups.has(code),
        sensitive: row.flag_sensitive || hit('safety-markers'),
        'no-usable-phone': !phones.some(({ kind }) => kind !== 'other'),
        'surveyed-recently': hit('contacts'),
      };
      let mask = 0;
      for (const [reason, truth] of Object.entries(truths))
        if (truth !== false) mask |= bit[reason as Reason];
      const considered = {
        key: `${row.victim_ref}\t${row.crime_no}`,
        row,
        reportedAt: row.reported_at,
        area: trimmed(row.policing_area) ?? '?',
        group: (code === null ? undefined : groups.get(code)) ?? '?',
        phones: tokens.phone,
        person: tokens.person[0],
        phone: phones.find(({ kind }) => kind !== 'other')?.number,
        mask,
      };
      all.push(considered);
      return considered;
    },
    finish: () => {
      sharedPhones(all, job.personsOnAPhone);
      repeatedPersons(all);
      const frame = all.filter(({ mask }) => mask === 0);
      const drawn = draw(frame, strata(frame, job.floor), job);
      const selected = hash('sha256', sortedLines(drawn.map((c) => c.key)), 'hex');
      return { counts: firstReasons(all), frame: frame.length, sample: drawn.length, selected, drawn };
    },
  };
};

export const sortedLines = (keys: readonly string[]): string =>
  keys
    .toSorted()
    .map((key) => `${key}\n`)
    .join('');

const readRegisters = (file: string): ReadonlyMap<string, ReadonlySet<string>> => {
  const registers = new Map<string, Set<string>>();
  for (const line of readFileSync(file, 'utf8').split('\n').slice(1)) {
    const at = line.lastIndexOf(',');
    if (at < 0) continue;
    const name = line.slice(0, at);
    const set = registers.get(name) ?? new Set();
    registers.set(name, set.add(line.slice(at + 1)));
  }
  return registers;
};

/** Sixteen years are four leap years: the day of the year stays. */
const yearsBefore = (years: number, day: string): string =>
  `${String(Number(day.slice(0, 4)) - years)}${day.slice(4)}`;

const sharedPhones = (all: readonly Considered[], persons: number): void => {
  const users = new Map<string, Set<string>>();
  for (const { phones, person, key } of all)
    for (const phone of phones) {
      const of = users.get(phone);
      if (of) of.add(person ?? key);
      else users.set(phone, new Set([person ?? key]));
    }
  for (const c of all)
    if (c.phones.some((phone) => (users.get(phone)?.size ?? 0) > persons)) c.mask |= bit['shared-phone'];
};

/** Keeps the earliest report, then the lowest key. */
const repeatedPersons = (all: readonly Considered[]): void => {
  const kept = new Map<string, Considered>();
  for (const c of all) {
    if (c.mask !== 0) continue;
    const before = c.person === undefined ? c : kept.get(c.person);
    if (c.person !== undefined && !before) kept.set(c.person, c);
    else if (before && before !== c && earlier(c, before)) {
      before.mask |= bit['same-person'];
      kept.set(c.person ?? '', c);
    } else c.mask |= bit['same-person'];
  }
};

/** Keys compare as PostgreSQL compares arrays: part by part. */
const earlier = (a: Considered, b: Considered): boolean => {
  if (a.reportedAt !== b.reportedAt) return a.reportedAt < b.reportedAt;
  if (a.row.victim_ref !== b.row.victim_ref) return a.row.victim_ref < b.row.victim_ref;
  return a.row.crime_no < b.row.crime_no;
};

const firstReasons = (all: readonly Considered[]): Record<string, number> => {
  const counts = Object.fromEntries(reasons.map((reason) => [reason, 0]));
  for (const { mask } of all) {
    const first = reasons[31 - Math.clz32(mask & -mask)];
    if (first) counts[first] = (counts[first] ?? 0) + 1;
  }
  return counts;
};

/** Small strata merge: the last dimension into `other`, then the rest. */
const strata = (frame: readonly Considered[], floor: number): ReadonlyMap<string, string> => {
  const sizes = new Map<string, number>();
  const fullOf = ({ area, group }: Considered): string => `${area} / ${group}`;
  const areas = new Map<string, string>();
  for (const c of frame) {
    sizes.set(fullOf(c), (sizes.get(fullOf(c)) ?? 0) + 1);
    areas.set(fullOf(c), c.area);
  }
  const byLast = new Map(
    [...sizes].map(([full, n]) => [full, n < floor ? `${areas.get(full) ?? ''} / other` : full]),
  );
  const merged = new Map<string, number>();
  for (const [full, name] of byLast) merged.set(name, (merged.get(name) ?? 0) + (sizes.get(full) ?? 0));
  return new Map([...byLast].map(([full, name]) => [full, (merged.get(name) ?? 0) < floor ? 'other' : name]));
};

const draw = (frame: readonly Considered[], merged: ReadonlyMap<string, string>, job: Job): Considered[] => {
  const ids = readFrame(job.frame);
  const candidates = new Map<string, { c: Considered; id: string; digest: string; lead: number }[]>();
  for (const c of frame) {
    const stratum = merged.get(`${c.area} / ${c.group}`) ?? '';
    const id = ids.get(c.key);
    // somebody whom our own frame does not hold: the verdict will say so
    if (id === undefined) continue;
    const digest = hash('sha256', job.seedHash + id, 'hex');
    const of = candidates.get(stratum) ?? [];
    candidates.set(stratum, of);
    of.push({ c, id, digest, lead: lead(digest) });
  }
  return [...candidates].flatMap(([stratum, of]) =>
    of
      .sort((a, b) => a.lead - b.lead || (ticket(a.digest) < ticket(b.digest) ? -1 : 1))
      .slice(0, job.quotas[stratum] ?? 0)
      .map(({ c }) => c),
  );
};

const readFrame = (file: string): ReadonlyMap<string, string> => {
  const ids = new Map<string, string>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const at = line.lastIndexOf('\t');
    if (at > 0) ids.set(line.slice(0, at), line.slice(at + 1));
  }
  return ids;
};

const reversed = (digits: string): string => digits.split('').toReversed().join('');

/** The ticket's first nine digits: enough to order all but ties. */
const lead = (digest: string): number =>
  Number(reversed(String(BigInt(`0x${digest}`) % 1_000_000_000n).padStart(9, '0')));

const ticket = (digest: string): string => reversed(String(BigInt(`0x${digest}`)).padStart(64, '0'));
