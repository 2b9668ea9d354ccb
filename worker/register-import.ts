// `cordon register import`: a CSV file with a header, each row one person's wish. All or nothing, a result for each row
// by its line number, and never a value of it.
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { CsvError, parse } from 'csv-parse/sync';
import { isOurs, refuse } from '../schemas/failure.ts';
import type { Refusal } from '../schemas/failure.ts';
import type { KeyRing } from '../sql/token.ts';
import type { Input } from './ask.ts';
import type { Environment } from './config.ts';
import { keyRingOf, officerOf } from './config.ts';
import { login } from './login.ts';
import { exitCodes } from './exit.ts';
import type { Session } from './register.ts';
import { addAll, countByKind, disclosedOf, say, withRegister } from './register.ts';
import type { Identifier } from './register-identify.ts';
import { identifiersOf, unreadable } from './register-identify.ts';
import { wrap } from './wrap.ts';
import type { Given, RegisterName, Scope, Terms } from './register-terms.ts';
import { holdReasons, mistakeIn, scopeOf, scopes } from './register-terms.ts';

const columns = [
  'phone',
  'reference',
  'forename',
  'surname',
  'postcode',
  'scope',
  'owner',
  'review_on',
  'reason',
] as const;
type Column = (typeof columns)[number];

export interface RowResult {
  /** of the file, the header being line 1 */
  readonly line: number;
  readonly result: 'new' | 'known' | 'mistake';
  /** what is wrong, in words, without what stands there */
  readonly says?: string;
  /** waves that have left with this person in them */
  readonly recall?: readonly string[];
}

export interface Imported {
  readonly register: RegisterName;
  readonly dryRun: boolean;
  /** whether anything was registered */
  readonly imported: boolean;
  readonly rows: readonly RowResult[];
  readonly entries: number;
  readonly added: number;
  readonly effectiveAt: string | null;
}

interface Row {
  readonly line: number;
  readonly given: Given;
  readonly terms: Terms;
  readonly scope: Scope;
}

const batch = 2_000;

/** @throws INPUT for a file that is no such table; a row that is wrong is a result */
export const importRegister = async (
  url: string,
  ring: KeyRing,
  register: RegisterName,
  csv: string,
  clerk: string,
  dryRun: boolean,
): Promise<Imported> => {
  const read = readRows(csv, register);
  const stop = new Undone();
  const results: RowResult[] = [];
  let entries = 0;
  let added = 0;
  let effectiveAt: string | null = null;
  const work = async (session: Session): Promise<void> => {
    const rows = read.flatMap((row) => ('result' in row ? [] : [row]));
    results.push(...read.flatMap((row) => ('result' in row ? [row] : [])));
    const counts = new Map<string, number>();
    const disclosedIn = new Set<string>();
    for (let from = 0; from < rows.length; from += batch)
      for (const done of await take(session, rows.slice(from, from + batch))) {
        results.push(done.result);
        entries += done.entries;
        for (const [kind, n] of done.fresh) counts.set(kind, (counts.get(kind) ?? 0) + n);
        for (const wave of done.result.recall ?? []) disclosedIn.add(wave);
      }
    added = [...counts.values()].reduce((n, m) => n + m, 0);
    if (dryRun || results.some(({ result }) => result === 'mistake')) throw stop;
    effectiveAt = await say(session, [
      { action: 'added', register, entries: counts, disclosedIn: disclosedIn.size },
    ]);
  };
  await withRegister(url, ring, clerk, work).catch((e: unknown) => {
    if (e !== stop) throw e;
  });
  results.sort((a, b) => a.line - b.line);
  return { register, dryRun, imported: effectiveAt !== null, rows: results, entries, added, effectiveAt };
};

/** Rolls the transaction back: a dry run, or a row that is wrong. */
class Undone extends Error {}

interface Taken {
  readonly result: RowResult;
  readonly entries: number;
  readonly fresh: ReadonlyMap<string, number>;
}

const take = async (session: Session, rows: readonly Row[]): Promise<Taken[]> => {
  const found = await identifiersOf(session, rows);
  const good = rows.flatMap((row, i) => {
    const identifiers = found[i];
    return identifiers && !('unreadable' in identifiers) ? [{ row, identifiers }] : [];
  });
  const fresh = new Map<Identifier, boolean>();
  // markers and holds have an owner and a date of their own, opt-outs go in together
  for (const [terms, all] of byTerms(good)) {
    const flat = all.flatMap(({ identifiers }) => identifiers);
    for (const [i, isFresh] of (await addAll(session, terms, flat)).entries()) {
      const identifier = flat[i];
      if (identifier) fresh.set(identifier, isFresh);
    }
  }
  // asked of all at once; row by row only where somebody is in it
  const anybody = (
    await disclosedOf(
      session,
      good.flatMap(({ identifiers }) => identifiers),
    )
  ).some((d) => d.hasLeft);
  const taken: Taken[] = [];
  for (const [i, row] of rows.entries()) {
    const identifiers = found[i];
    if (!identifiers || 'unreadable' in identifiers) {
      const { found: says, expected } = unreadable(identifiers?.unreadable);
      taken.push({
        result: { line: row.line, result: 'mistake', says: `${says}; expected ${expected}` },
        entries: 0,
        fresh: new Map(),
      });
      continue;
    }
    const news = identifiers.map((identifier) => Number(fresh.get(identifier) ?? false));
    const left = anybody ? (await disclosedOf(session, identifiers)).filter((d) => d.hasLeft) : [];
    taken.push({
      result: {
        line: row.line,
        result: news.includes(1) ? 'new' : 'known',
        ...(left.length > 0 && { recall: left.map(({ survey, period }) => `wave/${survey}/${period}`) }),
      },
      entries: identifiers.length,
      fresh: countByKind(identifiers, news),
    });
  }
  return taken;
};

const byTerms = <T extends { readonly row: Row }>(rows: readonly T[]): [Terms, T[]][] => {
  const groups = new Map<string, [Terms, T[]]>();
  for (const item of rows) {
    const { scope: _, ...terms } = item.row.terms;
    const name = JSON.stringify(terms);
    const group: [Terms, T[]] = groups.get(name) ?? [terms, []];
    group[1].push(item);
    groups.set(name, group);
  }
  return [...groups.values()];
};

const readRows = (csv: string, register: RegisterName): (Row | RowResult)[] => {
  const [header, ...records] = recordsOf(csv);
  const names = header?.record.map((name) => name.trim().toLowerCase()) ?? [];
  // what stands there is not repeated: in a file without a header it is somebody's number
  if (names.length === 0 || new Set(names).size !== names.length || !names.every(isColumn))
    throw refuse({
      code: 'INPUT',
      found: 'a first line that is no header of this table',
      expected: `some of ${columns.join(', ')}, each once`,
      remedy: 'put the names of the columns on the first line; nothing was registered',
    });
  return records
    .filter(({ record }) => record.some((cell) => cell.trim() !== ''))
    .map(({ record, line }) => {
      if (record.length !== names.length)
        return {
          line,
          result: 'mistake',
          says: `${String(record.length)} cells where the header has ${String(names.length)}`,
        };
      const cells: Partial<Record<Column, string>> = {};
      for (const [i, name] of names.entries()) {
        const cell = record[i]?.trim();
        if (cell && isColumn(name)) cells[name] = cell;
      }
      return rowOf(cells, register, line);
    });
};

const isColumn = (name: string): name is Column => (columns as readonly string[]).includes(name);

const rowOf = (
  cells: Partial<Record<Column, string>>,
  register: RegisterName,
  line: number,
): Row | RowResult => {
  const { scope: said, owner, review_on: reviewOn, reason: because, ...given } = cells;
  const mistake = (says: string): RowResult => ({ line, result: 'mistake', says });
  const scope = scopes.find((s) => s === said?.toLowerCase());
  if (said !== undefined && !scope) return mistake(`a scope that is none of ${scopes.join(', ')}`);
  const reason = holdReasons.find((r) => r === because?.toLowerCase());
  const owned = register !== 'opt-outs';
  const terms: Terms = {
    register,
    ...(scope && { scope }),
    ...(owned && owner && { owner }),
    ...(owned && reviewOn && { reviewOn }),
    ...(register === 'holds' && reason && { reason }),
  };
  const wrong = mistakeIn(terms);
  if (wrong !== undefined) return mistake(wrong);
  try {
    return { line, given, terms, scope: scopeOf(terms, given) };
  } catch (e) {
    if (!isOurs(e)) throw e;
    const [details] = (e.details ?? []) as readonly Partial<Refusal>[];
    return mistake(`${details?.found ?? 'a row'}; expected ${details?.expected ?? 'another'}`);
  }
};

const recordsOf = (csv: string): { record: string[]; line: number }[] => {
  try {
    const rows = parse(csv, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
    }) as unknown as {
      record: string[];
      info: { lines: number };
    }[];
    return rows.map(({ record, info }) => ({ record, line: info.lines }));
  } catch (e) {
    // the parser's own message quotes the line
    if (!(e instanceof CsvError)) throw e;
    throw refuse({
      code: 'INPUT',
      found: `a file that is no CSV from line ${String((e as { lines?: number }).lines ?? 1)} on`,
      expected: 'RFC 4180: commas, and double quotes around a cell that holds one',
      remedy: 'save the table as CSV in UTF-8; nothing was registered',
    });
  }
};

export const importCommand = async (
  file: string,
  options: { register: RegisterName; officer?: string; dryRun?: boolean; json?: boolean },
  env: Environment,
  print: (line: string) => void,
  input: Input,
): Promise<number> => {
  const clerk = officerOf(options.officer, env);
  const url = await login(env, 'clerk');
  const ring = keyRingOf(env);
  const csv = file === '-' ? await text(input) : await readFile(file, 'utf8');
  const done = await importRegister(url, ring, options.register, csv, clerk, options.dryRun ?? false);
  const wrong = done.rows.filter(({ result }) => result === 'mistake');
  if (options.json) print(JSON.stringify(done));
  else {
    for (const { line, says } of wrong)
      for (const part of wrap(`line ${String(line)}: ${says ?? ''}`, 2)) print(part);
    for (const { line, recall } of done.rows)
      for (const wave of recall ?? []) print(`line ${String(line)}: RECALL: ${wave} has left`);
    print(
      `${done.register}: ${String(done.rows.length)} rows, ${String(done.entries)} entries, ${String(done.added)} new, ${String(wrong.length)} mistakes`,
    );
    print(
      done.effectiveAt !== null
        ? `  in force since ${done.effectiveAt}`
        : wrong.length > 0
          ? '  nothing was registered: correct these lines, then import the file again'
          : '  a dry run: nothing was registered',
    );
  }
  return wrong.length > 0 ? exitCodes.no.code : exitCodes.done.code;
};
