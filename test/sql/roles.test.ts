// What each role may do, and nothing else: first as PostgreSQL says it, then as it is when somebody tries.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../sql/connect.ts';
import { ensureRoles, scramVerifier } from '../../sql/roles.ts';
import type { RoleKind } from '../../sql/roles.ts';
import type { Cordon } from '../cordon.ts';
import { createCordon, testRoles } from '../cordon.ts';
import { createDatabase } from '../database.ts';
import type { OpenAttempt } from './wave.ts';
import { appendSql, as, newWave, openAttempt } from './wave.ts';

let cordon: Cordon;
let wave: OpenAttempt;
beforeAll(async () => {
  cordon = await createCordon({ own: true });
  wave = await openAttempt(cordon, await newWave(cordon));
});
afterAll(() => cordon.drop());

interface Rights {
  readonly database: readonly string[];
  readonly schemas: Readonly<Record<string, readonly string[]>>;
  readonly relations: Readonly<Record<string, string>>;
  readonly functions: readonly string[];
}

const expected: Readonly<Record<Exclude<RoleKind, 'owner'> | 'public', Rights>> = {
  worker: {
    database: ['connect', 'temporary'],
    schemas: { copies: ['usage'], cordon: ['usage'], ledger: ['usage'] },
    relations: {
      'ledger.entry': 'select',
      'ledger.node': 'select',
      'cordon.plan': 'select',
      'cordon.plan_in_force': 'select',
      'cordon.attempt': 'select',
      'cordon.claim': 'select',
      'cordon.copy': 'select',
      'cordon.waterfall': 'select insert update',
      'cordon.exclusion_count': 'select insert',
      'cordon.exclusion_overlap': 'select insert',
      'cordon.quarantine_count': 'select insert',
      'cordon.alarm': 'select insert(survey,period,attempt,stage,code,subject,found,expected)',
      'cordon.stratum_count': 'select insert',
      'cordon.strike_count': 'select insert update',
      'cordon.register_entry': 'select',
      'cordon.register_change': 'select',
      'cordon.register_event': 'select',
      'cordon.register_read':
        'select insert(survey,period,attempt,stage,register,kind,entries,withdrawn,seen,last_event)',
      'cordon.token_key': 'select',
      'cordon.package': 'select insert',
      'cordon.rehearsal': 'select',
      'cordon.release': 'select',
      'cordon.officers': 'select',
      'cordon.officer': 'select',
      'cordon.statement': 'select',
      'cordon.intent': 'select',
      'cordon.package_chunk': 'select',
      'cordon.disclosure_index': 'select',
      'cordon.contact_history': 'select',
      'cordon.analysis': 'select',
      'cordon.public_frame': 'select',
      'cordon.withheld': 'select insert',
      'cordon.reservation': 'select',
      'cordon.recall': 'select',
      'cordon.hold': 'select',
      'cordon.hold_lift': 'select',
      'cordon.forgone': 'select',
      'cordon.exception_answer': 'select',
      'cordon.contact_outcome': 'select',
      'cordon.exception': 'select',
      'cordon.exception_look': 'select',
      'cordon.exception_notice': 'select insert(exception,event,channel)',
      'cordon.migration': 'select',
    },
    functions: [
      'cordon.accept_alarm',
      'cordon.analyze_stage',
      'cordon.close_attempt',
      'cordon.contacts_reckoned',
      'cordon.doubted',
      'cordon.drop_intake',
      'cordon.end_rehearsal',
      'cordon.fence',
      'cordon.finish_stage',
      'cordon.in_the_way',
      'cordon.is_forgone',
      'cordon.keep_history',
      'cordon.lift',
      'cordon.mark_intent',
      'cordon.mark_recall',
      'cordon.move_clock',
      'cordon.move_clocks',
      'cordon.officer_now',
      'cordon.officers_released',
      'cordon.officers_signed',
      'cordon.open_attempt',
      'cordon.open_copy',
      'cordon.open_rehearsal',
      'cordon.plant_canary',
      'cordon.planted',
      'cordon.purge_copy',
      'cordon.raise_claim',
      'cordon.reconcile_exceptions',
      'cordon.record_intent',
      'cordon.register_opened',
      'cordon.registers_reckoned',
      'cordon.reserve_drawn',
      'cordon.set_drawn_at',
      'cordon.set_frame_root',
      'cordon.set_seed',
      'cordon.settled_register_changes',
      'cordon.staging_name',
      'cordon.start_erasing',
      'cordon.take_outcomes',
      'cordon.type_seed',
      'ledger.append_worker',
      'ledger.instant',
    ],
  },
  verifier: {
    database: ['connect'],
    schemas: { cordon: ['usage'], ledger: ['usage'] },
    relations: {
      'ledger.entry': 'select',
      'ledger.node': 'select',
      'cordon.plan': 'select',
      'cordon.plan_in_force': 'select',
      'cordon.attempt': 'select',
      'cordon.copy': 'select',
      'cordon.package': 'select',
      'cordon.release': 'select',
      'cordon.officers': 'select',
      'cordon.officer': 'select',
      'cordon.statement': 'select',
      'cordon.intent': 'select',
      'cordon.hold': 'select',
      'cordon.hold_lift': 'select',
      'cordon.forgone': 'select',
      'cordon.exception': 'select',
      'cordon.exception_look': 'select',
      'cordon.migration': 'select',
    },
    functions: [
      'cordon.close_exception',
      'cordon.dispose_copy',
      'cordon.forgo_month',
      'cordon.hold_copy',
      'cordon.lift_hold',
      'cordon.not_searched',
      'cordon.officer_now',
      'cordon.officers_released',
      'cordon.officers_signed',
      'cordon.planted',
      'cordon.planted_by',
      'cordon.prove_erasure',
      'cordon.record_statement',
      'cordon.refuse_locked',
      'ledger.append_verifier',
      'ledger.instant',
    ],
  },
  auditor: {
    database: ['connect'],
    schemas: { cordon: ['usage'], ledger: ['usage'] },
    relations: {
      'ledger.entry': 'select',
      'ledger.node': 'select',
      'cordon.plan': 'select',
      'cordon.plan_in_force': 'select',
      'cordon.attempt': 'select',
      'cordon.copy': 'select',
      'cordon.package': 'select',
      'cordon.rehearsal': 'select',
      'cordon.release': 'select',
      'cordon.officers': 'select',
      'cordon.officer': 'select',
      'cordon.statement': 'select',
      'cordon.intent': 'select',
      'cordon.waterfall': 'select',
      'cordon.waterfall_unbalanced': 'select',
      'cordon.exclusion_count': 'select',
      'cordon.exclusion_overlap': 'select',
      'cordon.quarantine_count': 'select',
      'cordon.alarm': 'select',
      'cordon.stratum_count': 'select',
      'cordon.strike_count': 'select',
      'cordon.public_frame': 'select',
      'cordon.withheld': 'select',
      'cordon.stratum_weight': 'select',
      'cordon.register_event': 'select',
      'cordon.register_read': 'select',
      'cordon.recall': 'select',
      'cordon.hold': 'select',
      'cordon.hold_lift': 'select',
      'cordon.forgone': 'select',
      'cordon.exception_answer': 'select',
      'cordon.exception': 'select',
      'cordon.exception_look': 'select',
      'cordon.migration': 'select',
    },
    functions: [
      'cordon.erasure_doubts',
      'cordon.inventory',
      'cordon.not_searched',
      'cordon.officer_now',
      'cordon.officers_released',
      'cordon.officers_signed',
      'cordon.query_sha256',
      'ledger.append_auditor',
      'ledger.instant',
    ],
  },
  clerk: {
    database: ['connect', 'temporary'],
    schemas: { cordon: ['usage'], ledger: ['usage'] },
    relations: { 'cordon.migration': 'select' },
    functions: [
      'cordon.ask_recall',
      'cordon.calling',
      'cordon.disclosed',
      'cordon.genuine',
      'cordon.hold_token_key',
      'cordon.lift',
      'cordon.register_add',
      'cordon.register_current',
      'cordon.register_figure',
      'cordon.register_opened',
      'cordon.register_rekey',
      'cordon.register_say',
      'cordon.register_status',
      'cordon.register_withdraw',
      'ledger.append_clerk',
      'ledger.instant',
    ],
  },
  public: { database: [], schemas: {}, relations: {}, functions: [] },
};

/** Everything a role holds outside PostgreSQL's own schemas and this test's staging, whoever granted it. */
const rightsOf = async (role: string): Promise<Rights> => {
  const ask = <Row extends object>(text: string) =>
    as<Row & Record<string, unknown>>(cordon, 'admin', text, [role]);
  const schemas = `nspname !~ '^(pg_|information_schema$|wave_)'`;
  const database = await ask<{ privilege: string }>(
    `select p as privilege from unnest(array['connect', 'create', 'temporary']) p
     where has_database_privilege($1, current_database(), p) order by 1`,
  );
  const inSchemas = await ask<{ name: string; privileges: string[] }>(
    `select nspname as name, array_agg(p order by p) as privileges
     from pg_namespace, unnest(array['create', 'usage']) p
     where ${schemas} and has_schema_privilege($1, oid, p) group by nspname`,
  );
  const relations = await ask<{ name: string; privileges: string }>(
    `select n.nspname || '.' || c.relname as name, string_agg(case when has_table_privilege($1, c.oid, p) then p
       else p || '(' || (select string_agg(a.attname, ',' order by a.attnum) from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and has_column_privilege($1, c.oid, a.attnum, p)) || ')' end,
       ' ' order by o) as privileges
     from pg_class c join pg_namespace n on n.oid = c.relnamespace,
       unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger'])
         with ordinality u(p, o)
     where ${schemas} and c.relkind in ('r', 'v', 'm', 'p', 'f') and (has_table_privilege($1, c.oid, p)
       or (p in ('select', 'insert', 'update', 'references') and has_any_column_privilege($1, c.oid, p)))
     group by 1`,
  );
  const sequences = await ask<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where ${schemas} and case when c.relkind = 'S' then has_sequence_privilege($1, c.oid, 'usage, select, update') end`,
  );
  const functions = await ask<{ name: string }>(
    `select n.nspname || '.' || p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where ${schemas} and has_function_privilege($1, p.oid, 'execute') order by 1`,
  );
  expect(sequences).toEqual([]);
  return {
    database: database.map((row) => row.privilege),
    schemas: Object.fromEntries(inSchemas.map((row) => [row.name, row.privileges])),
    relations: Object.fromEntries(relations.map((row) => [row.name, row.privileges])),
    functions: functions.map((row) => row.name),
  };
};

describe('a role holds what the design gives it, and nothing else', () => {
  test.each(['worker', 'verifier', 'auditor', 'clerk'] as const)('%s', async (kind) => {
    expect(await rightsOf(cordon.names[kind])).toEqual(expected[kind]);
  });

  test('public', async () => {
    expect(await rightsOf('public')).toEqual(expected.public);
  });

  test('no role may create roles or databases, bypass row security, replicate, or act as another', async () => {
    const roles = Object.values(cordon.names);
    expect(
      await as(
        cordon,
        'admin',
        `select rolname from pg_roles where rolname = any($1)
           and (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication)`,
        [roles],
      ),
    ).toEqual([]);
    expect(
      await as(cordon, 'admin', 'select 1 from pg_auth_members where member = any($1::regrole[])', [roles]),
    ).toEqual([]);
  });

  test('in staging the worker reads and writes rows, never the nonce or the tables; others see nothing', async () => {
    const rights = await as(
      cordon,
      'admin',
      `select r.kind, c.relname, string_agg(p, ' ' order by o) as privileges
       from pg_class c, jsonb_each_text($2) r(kind, role),
         unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger'])
           with ordinality u(p, o)
       where c.relnamespace = to_regnamespace($1) and c.relkind = 'r' and r.kind <> 'owner'
         and has_table_privilege(r.role, c.oid, p) group by 1, 2 order by 2`,
      [wave.staging, JSON.stringify(cordon.names)],
    );
    const rows = 'select insert update delete truncate';
    expect(rights).toEqual([
      { kind: 'worker', relname: 'intake', privileges: rows },
      { kind: 'worker', relname: 'nonce', privileges: 'select' },
      { kind: 'worker', relname: 'screened', privileges: rows },
    ]);
    expect(
      await as(
        cordon,
        'admin',
        `select r.kind, has_schema_privilege(r.role, to_regnamespace($1), 'usage') as usage,
           has_schema_privilege(r.role, to_regnamespace($1), 'create') as make
         from jsonb_each_text($2) r(kind, role) where r.kind <> 'owner' order by 1`,
        [wave.staging, JSON.stringify(cordon.names)],
      ),
    ).toEqual([
      { kind: 'auditor', usage: false, make: false },
      { kind: 'clerk', usage: false, make: false },
      { kind: 'verifier', usage: false, make: false },
      { kind: 'worker', usage: true, make: false },
    ]);
  });
});

const denied = '42501';

const refused = async (who: RoleKind, text: string, code: string, values: unknown[] = []): Promise<void> => {
  await expect(as(cordon, who, text, values)).rejects.toMatchObject({ code });
};

describe('really tried', () => {
  test.each([
    [`insert into ledger.entry values (0, 'x', sha256('\\x00'::bytea || 'x'))`],
    [`update ledger.entry set leaf = 'x'`],
    [`delete from ledger.entry`],
    [`truncate ledger.entry`],
    [`drop table ledger.entry`],
    [`alter table ledger.entry disable trigger all`],
    [`insert into ledger.leaf_type values ('erasure-verified', 'worker')`],
    [`select ledger.append('verifier', '{}')`],
    [`select ledger.append_verifier('{}')`],
    [`select ledger.append_owner('{}')`],
    [`select * from cordon.prove_erasure(1)`],
    [`select cordon.register_withdraw('opt-outs', 'phone', array[sha256('x')], 'me')`],
    [`select cordon.register_rekey(1)`],
    [`select cordon.hold_token_key(1, sha256('x'), true)`],
    [`select * from cordon.disclosed(array[sha256('x')])`],
    [
      `insert into cordon.register_event (action, register, entries, by) values ('added', 'opt-outs', 1, 'me')`,
    ],
    [`update cordon.register_read set entries = 0`],
    [`delete from cordon.register_read`],
    [`select cordon.make_staging('wave_x', '[]')`],
    [`create schema mine`],
    [`create table cordon.mine ()`],
    [`create table copies.mine ()`],
    [`create table public.mine ()`],
    [`create function pg_temp.f() returns int language c as 'x'`],
    [`create role another`],
    [`update cordon.claim set claim = 99`],
    [`update cordon.attempt set closed_at = null`],
    [`update cordon.copy set due_at = now()`],
    [`update cordon.plan set document = ''`],
    [
      `insert into cordon.intent (survey, period, attempt, package, statement_sha256) values ('s', 'p', 1, 'x', 'x')`,
    ],
    [`update cordon.intent set voided_at = now()`],
    [
      `insert into cordon.release (survey, period, attempt, officer, statement_sha256) values ('s', 'p', 1, 'o', 'x')`,
    ],
    [`insert into cordon.statement (act, sha256) values ('release', 'x')`],
    [`insert into cordon.officer (version, officer) values (1, 'x')`],
    [`select cordon.record_statement('release', 'x', 'o', 'k', 's', 's', 'p', 1)`],
    [`delete from cordon.release`],
    [`delete from cordon.waterfall`],
    [`delete from cordon.register_entry`],
    [`update cordon.alarm set accepted_at = now(), accepted_by = 'worker', because = 'seasonal'`],
    [`delete from cordon.alarm`],
    [`update cordon.exception set closed_at = now()`],
    [`delete from cordon.exception`],
    [`update cordon.exception_look set at = now()`],
    [`insert into cordon.canary values ('phone')`],
    [`copy cordon.copy to program 'cat'`],
    [`set session authorization postgres`],
  ])('worker cannot: %s', async (text) => {
    await refused('worker', text, denied);
  });

  test('worker cannot become another role', async () => {
    for (const kind of ['owner', 'verifier', 'auditor', 'clerk'] as const)
      await refused('worker', `set role "${cordon.names[kind]}"`, denied);
  });

  test('worker cannot drop, change or extend staging, nor empty its nonce', async () => {
    for (const text of [
      `drop schema ${wave.staging} cascade`,
      `drop table ${wave.staging}.intake`,
      `create table ${wave.staging}.mine ()`,
      `alter table ${wave.staging}.intake set logged`,
      `alter table ${wave.staging}.intake alter column phone set statistics 100`,
      `truncate ${wave.staging}.nonce`,
      `delete from ${wave.staging}.nonce`,
    ])
      await refused('worker', text, denied);
    // a grant without the right to grant is a warning: what counts is that nothing was granted
    await as(cordon, 'worker', `grant select on ${wave.staging}.intake to "${cordon.names.auditor}"`).catch(
      () => undefined,
    );
    await refused('auditor', `select * from ${wave.staging}.intake`, denied);
  });

  test('worker cannot purge before the clock has run out, and nothing is gone', async () => {
    await refused('worker', 'select cordon.purge_copy($1)', 'CRD07', [wave.copy]);
    expect(await as(cordon, 'worker', `select count(*)::int as n from ${wave.staging}.nonce`)).toEqual([
      { n: 1 },
    ]);
  });

  test('worker cannot append what only the verifier may say, and the ledger stays as it was', async () => {
    await refused('worker', appendSql('worker'), 'CRD03', ['{"type":"erasure-verified","v":1}']);
    expect(await as(cordon, 'worker', 'select 1 from ledger.entry')).toEqual([]);
  });

  test('worker makes temporary tables, and reads and writes staging rows', async () => {
    await as(cordon, 'worker', 'create temp table arrived (a text) on commit drop');
    await as(cordon, 'worker', `insert into ${wave.staging}.intake values (array['k'], 'p')`);
    await as(cordon, 'worker', `truncate ${wave.staging}.intake`);
  });

  test.each([
    ['select cordon.purge_copy(1)'],
    ['select cordon.move_clock(1, now())'],
    ['select cordon.start_erasing(1)'],
    [`select ledger.append_worker('{}')`],
    ['select * from cordon.register_entry'],
    ['select * from cordon.disclosure_index'],
    ['select * from cordon.package_chunk'],
    ['update cordon.copy set verified_at = now()'],
    ['delete from ledger.entry'],
    ['create temp table t (a int)'],
    ['create table public.t ()'],
  ])('verifier cannot: %s', async (text) => {
    await refused('verifier', text, denied);
  });

  test('verifier looks at an erasure and finds it unproved, without changing it', async () => {
    expect(await as(cordon, 'verifier', 'select proven from cordon.prove_erasure($1)', [wave.copy])).toEqual([
      { proven: false },
    ]);
    await refused('verifier', `select * from ${wave.staging}.intake`, denied);
  });

  test.each([
    ['select * from cordon.register_entry'],
    ['select * from cordon.disclosure_index'],
    ['select * from cordon.contact_history'],
    ['select * from cordon.analysis'],
    ['select * from cordon.package_chunk'],
    ['select * from cordon.reservation'],
    ['select * from cordon.seed_part'],
    ['select * from copies.anything'],
    ['select cordon.purge_copy(1)'],
    [`select cordon.record_intent('s', 'p', 1, 'x', 'x')`],
    [`select ledger.append_worker('{}')`],
    ['delete from ledger.entry'],
    ['create temp table t (a int)'],
    ['create schema mine'],
  ])('auditor cannot: %s', async (text) => {
    await refused('auditor', text, denied);
  });

  test('auditor cannot read staging, and reads the ledger, the counts and the inventory', async () => {
    await refused('auditor', `select * from ${wave.staging}.intake`, denied);
    await as(cordon, 'auditor', 'select * from ledger.entry');
    await as(cordon, 'auditor', 'select * from cordon.waterfall_unbalanced');
    await as(cordon, 'auditor', 'select * from cordon.copy');
    await as(cordon, 'auditor', 'select * from cordon.public_frame');
  });

  test.each([
    ['select * from ledger.entry'],
    ['select * from cordon.register_entry'],
    [
      `insert into cordon.register_entry (register, kind, token, added_by) values ('opt-outs', 'phone', sha256('x'), 'me')`,
    ],
    ['select * from cordon.register_event'],
    ['select * from cordon.token_key'],
    ['select * from cordon.register_salt'],
    ['select * from cordon.register_weight'],
    ['select * from cordon.registers_reckoned()'],
    ['select * from cordon.disclosure_index'],
    [`select cordon.require_newest_key(1)`],
    ['update cordon.register_entry set withdrawn_at = now()'],
    ['delete from cordon.register_entry'],
    ['select * from cordon.attempt'],
    ['select * from cordon.plan'],
    ['select cordon.purge_copy(1)'],
    ['create schema mine'],
    ['create table public.t ()'],
  ])('clerk cannot: %s', async (text) => {
    await refused('clerk', text, denied);
  });

  const add = (
    token: string,
    kind = 'phone',
    scope = 'standing',
    register = 'opt-outs',
    generation = 1,
    terms = 'null, null, null',
  ) =>
    `select cordon.register_add('${register}', '${scope}', '${kind}', array[${token}], array[${token}], ${generation}, 'c', ${terms}) as added`;

  test('clerk adds to a register and says so in the ledger, once; and ends exactly what was given', async () => {
    const token = `sha256('01632 960001')`;
    await refused('clerk', add(token), 'CRD15');
    await as(cordon, 'clerk', `select cordon.hold_token_key(1, sha256('proof'), false)`);
    expect(await as(cordon, 'clerk', add(token))).toEqual([{ added: true }]);
    expect(await as(cordon, 'clerk', add(token))).toEqual([{ added: false }]);
    expect(
      await as(cordon, 'clerk', appendSql('clerk'), ['{"operation":"alteration","type":"registered","v":1}']),
    ).toEqual([{ index: 0 }]);
    await refused('clerk', appendSql('clerk'), 'CRD03', ['{"type":"erased","v":1}']);
    const withdraw = (of: string) =>
      as(cordon, 'clerk', `select cordon.register_withdraw('opt-outs', 'phone', array[${of}], 'c') as many`);
    expect(await withdraw(`sha256('x')`)).toEqual([{ many: 0 }]);
    expect(await withdraw(token)).toEqual([{ many: 1 }]);
    expect(await as(cordon, 'clerk', add(token))).toEqual([{ added: true }]);
  });

  test('a register takes tokens of 32 bytes only, never a telephone number; under the newest key alone', async () => {
    await refused('clerk', add(`'01632 960001'::bytea`), '23514');
    await refused('clerk', add(`sha256('x')`, 'phone', 'standing', 'opt-outs', 2), 'CRD15');
    await refused('clerk', `select cordon.hold_token_key(1, sha256('another'), false)`, 'CRD15');
    await refused('clerk', `select cordon.hold_token_key(2, sha256('new'), false)`, 'CRD15');
    await refused('clerk', `select cordon.hold_token_key(3, sha256('new'), true)`, 'CRD15');
  });

  test('no number is of one case, and no marker or hold without an owner and a review, no hold without a reason', async () => {
    await refused('clerk', add(`sha256('x')`, 'phone', 'case'), 'CRD10');
    const owned = (register: string, terms?: string) =>
      add(`sha256('x')`, 'person', 'standing', register, 1, terms);
    for (const register of ['safety-markers', 'holds'])
      for (const terms of ['null, null, null', `'o', null, null`, `null, '2027-01-31', null`])
        await refused('clerk', owned(register, terms), 'CRD10');
    await refused('clerk', owned('holds', `'o', '2027-01-31', null`), 'CRD10');
    await refused('clerk', owned('safety-markers', `'o', '2027-01-31', 'complaint'`), 'CRD10');
    await refused('clerk', owned('holds', `'o', '2027-01-31', 'gossip'`), '23514');
    expect(await as(cordon, 'clerk', owned('holds', `'o', '2027-01-31', 'complaint'`))).toEqual([
      { added: true },
    ]);
    // not past the function either
    const plainly = (columns: string, values: string) =>
      `insert into cordon.register_entry (register, kind, token, added_by${columns}) values (${values})`;
    for (const text of [
      plainly('', `'safety-markers', 'phone', sha256('x'), 'me'`),
      plainly(', owner, review_on', `'holds', 'phone', sha256('x'), 'me', 'o', '2027-01-31'`),
    ])
      await refused('owner', text, '23514');
  });

  test('nobody but the owner changes what was said of a register', async () => {
    await as(cordon, 'clerk', `select cordon.register_say('added', 'opt-outs', 'phone', 1, 'c')`);
    await refused('owner', `update cordon.register_event set entries = 0`, 'CRD02');
    await refused('owner', `delete from cordon.register_event`, 'CRD02');
  });

  test('somebody with no role of ours may not even connect', async () => {
    const name = `${cordon.database.name}_stranger`;
    await as(cordon, 'admin', `create role ${name} login password 'stranger'`);
    const url = new URL(cordon.urls.worker);
    url.username = name;
    url.password = 'stranger';
    const knock = withConnection(url.href, 'stranger', (db) => db.query('select 1'));
    await expect(knock).rejects.toMatchObject({ code: denied });
    await as(cordon, 'admin', `drop role ${name}`);
  });
});

describe('roles whose names need quotes', () => {
  test('are made, granted and used like any other', async () => {
    const odd = await createCordon({ own: true, prefix: 'Force "A"-1' });
    try {
      const { staging } = await openAttempt(odd, await newWave(odd));
      await as(odd, 'worker', `insert into ${staging}.intake values (array['k'], 'p')`);
    } finally {
      await odd.drop();
    }
  });
});

describe('ensureRoles', () => {
  test('succeeds eight times at once from two databases, each role there once, each password working', async () => {
    const [one, two] = await Promise.all([createDatabase(), createDatabase()]);
    const { names, urls, dropRoles } = testRoles(one);
    const passwords = { worker: new URL(urls.worker).password };
    try {
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          withConnection((n % 2 ? one : two).url, 'start', (admin) => ensureRoles(admin, names, passwords)),
        ),
      );
      expect(answers).toEqual(Array.from({ length: 8 }, () => true));
      const whoAmI = await withConnection(urls.worker, 'worker', (db) =>
        db.query('select current_user as me'),
      );
      expect(whoAmI.rows).toEqual([{ me: names.worker }]);
    } finally {
      await Promise.all([one.drop(), two.drop()]);
      await dropRoles();
    }
  });

  test('never sends a password: PostgreSQL stores the verifier as it came, and lets the password in', async () => {
    const verifier = scramVerifier('Pässword ½');
    expect(verifier).toMatch(
      /^SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$/,
    );
    const name = `${cordon.database.name}_scram`;
    await as(cordon, 'admin', `create role ${name} login password '${verifier}'`);
    await as(cordon, 'admin', `grant connect on database ${cordon.database.name} to ${name}`);
    const [stored] = await as(cordon, 'admin', 'select rolpassword from pg_authid where rolname = $1', [
      name,
    ]);
    expect(stored).toEqual({ rolpassword: verifier });
    const url = new URL(cordon.urls.worker);
    url.username = name;
    url.password = encodeURIComponent('Pässword ½');
    expect((await withConnection(url.href, 'scram', (db) => db.query('select 1 as one'))).rows).toEqual([
      { one: 1 },
    ]);
    await as(cordon, 'admin', `drop owned by ${name}; drop role ${name}`);
  });
});
