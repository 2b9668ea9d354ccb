// Roles are the cluster's, not the database's: an installation's prefix keeps two of them apart, and two first
// starts may race, so that "already there" is a success.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Connection } from './connect.ts';
import { sqlstate } from './connect.ts';

export const roleKinds = ['owner', 'worker', 'verifier', 'auditor', 'clerk'] as const;
export type RoleKind = (typeof roleKinds)[number];
export type RoleNames = Readonly<Record<RoleKind, string>>;

export const roleNames = (prefix: string): RoleNames => ({
  owner: `${prefix}_owner`,
  worker: `${prefix}_worker`,
  verifier: `${prefix}_verifier`,
  auditor: `${prefix}_auditor`,
  clerk: `${prefix}_clerk`,
});

const id = pg.escapeIdentifier;

/** SCRAM-SHA-256 verifier (RFC 5803): the password itself never reaches the server's log. */
export const scramVerifier = (password: string): string => {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, 4096, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$4096:${salt.toString('base64')}$${stored}:${hmac('Server Key').toString('base64')}`;
};

/**
 * What a database administrator runs, connected to `database`, where this login may not do it. Passwords are theirs
 * to set.
 * @param login who migrates, where that is not the owner itself
 */
export const rolesAsSql = (
  names: RoleNames,
  database: string,
  login: string = names.owner,
  existing: ReadonlySet<string> = new Set(),
): string =>
  [
    ...roleKinds
      .filter((kind) => !existing.has(names[kind]))
      .map((kind) => `create role ${id(names[kind])} login`),
    ...(login === names.owner ? [] : [`grant ${id(names.owner)} to ${id(login)}`]),
    ...grants(names, database),
  ]
    .map((text) => `${text};`)
    .join('\n');

/** ONLY the database's owner may say this; the last line matters before PostgreSQL 15, where anybody may create there. */
const grants = (names: RoleNames, database: string): string[] => [
  `revoke all on database ${id(database)} from public`,
  `grant connect, create, temporary on database ${id(database)} to ${id(names.owner)}`,
  `grant connect, temporary on database ${id(database)} to ${id(names.worker)}, ${id(names.clerk)}`,
  `grant connect on database ${id(database)} to ${id(names.verifier)}, ${id(names.auditor)}`,
  'revoke all on schema public from public',
];

/** Objects that another first start is making, changing or locking this moment. */
const raced = new Set(['23505', 'XX000', '40001', '40P01']);

interface Login {
  readonly name: string;
  readonly database: string;
  readonly super: boolean;
  readonly creates: boolean;
  /** Since 16 a member may be one that cannot `set role`. */
  readonly membership: 'member' | 'set';
}

/**
 * Creates what is missing; sets the passwords given.
 * @returns false when roles or grants are missing that this login may not make: then `administratorSql` says what
 * an administrator must run
 */
export const ensureRoles = async (
  admin: Connection,
  names: RoleNames,
  passwords: Partial<Record<RoleKind, string>> = {},
): Promise<boolean> => {
  const login = await whoAmI(admin);
  if (login.creates) {
    const existing = await existingRoles(admin, names);
    for (const kind of roleKinds) {
      if (!existing.has(names[kind])) await patiently(admin, `create role ${id(names[kind])} login`);
      const password = passwords[kind];
      if (password !== undefined)
        await patiently(
          admin,
          `alter role ${id(names[kind])} password ${pg.escapeLiteral(scramVerifier(password))}`,
        );
    }
    if (
      !login.super &&
      !(await may(admin, 'pg_has_role(current_user, $1, $2)', names.owner, login.membership))
    )
      await patiently(admin, `grant ${id(names.owner)} to ${id(login.name)}`);
    for (const text of grants(names, login.database)) await patiently(admin, text);
  }
  return ready(admin, names, login);
};

/** @see rolesAsSql, for what is missing here and now */
export const administratorSql = async (admin: Connection, names: RoleNames): Promise<string> => {
  const { name, database } = await whoAmI(admin);
  return rolesAsSql(names, database, name, await existingRoles(admin, names));
};

const whoAmI = async (admin: Connection): Promise<Login> => {
  const { rows } = await admin.query<Login>(
    `select rolname as name, current_database() as database, rolsuper as super, rolsuper or rolcreaterole as creates,
       case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end as membership
     from pg_roles where rolname = current_user`,
  );
  const [login] = rows;
  if (!login) throw new Error('this login has no role');
  return login;
};

const existingRoles = async (admin: Connection, names: RoleNames): Promise<Set<string>> => {
  const { rows } = await admin.query<{ name: string }>(
    'select rolname as name from pg_roles where rolname = any($1)',
    [Object.values(names)],
  );
  return new Set(rows.map((row) => row.name));
};

/** A grant that this login may not make is a warning of the server, so the outcome is looked at, not the answer. */
const ready = async (admin: Connection, names: RoleNames, login: Login): Promise<boolean> => {
  if ((await existingRoles(admin, names)).size < roleKinds.length) return false;
  const database = 'has_database_privilege($1, current_database(), $2)';
  const schema = "coalesce(has_schema_privilege($1, to_regnamespace('public'), $2), false)";
  const { owner, worker, verifier, auditor, clerk } = names;
  const checks: readonly (readonly [wanted: boolean, text: string, role: string, privilege: string])[] = [
    [true, 'pg_has_role(current_user, $1, $2)', owner, login.membership],
    [true, database, owner, 'create'],
    ...[worker, clerk].map((role) => [true, database, role, 'temporary'] as const),
    ...[worker, verifier, auditor, clerk].map((role) => [true, database, role, 'connect'] as const),
    ...[worker, verifier, auditor, clerk].map((role) => [false, database, role, 'create'] as const),
    ...[verifier, auditor].map((role) => [false, database, role, 'temporary'] as const),
    ...[worker, verifier, auditor, clerk].map((role) => [false, schema, role, 'create'] as const),
  ];
  for (const [wanted, text, role, privilege] of checks)
    if ((await may(admin, text, role, privilege)) !== wanted) return false;
  return true;
};

const may = async (admin: Connection, text: string, role: string, privilege: string): Promise<boolean> => {
  const { rows } = await admin.query<{ may: boolean }>(`select ${text} as may`, [role, privilege]);
  return rows[0]?.may === true;
};

const patiently = async (admin: Connection, text: string): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    try {
      await admin.query(text);
      return;
    } catch (e) {
      const state = sqlstate(e);
      // it is there already, or it is not ours to do, which `ready` will see
      if (state === '42710' || state === '42501') return;
      if (!raced.has(state) || tries >= 20) throw e;
      await new Promise((resolve) => setTimeout(resolve, 25 * tries));
    }
  }
};
