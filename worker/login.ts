// Who a database address logs in as, looked at before anything is done with it: one that leads nowhere, or to a role
// that may do more than the command's own, is a no that names its variable.
import { withConnection } from '../sql/connect.ts';
import { refuse } from '../schemas/failure.ts';
import type { RoleKind, RoleNames } from '../sql/roles.ts';
import { roleKinds, roleNames } from '../sql/roles.ts';
import type { Environment } from './config.ts';
import { databaseUrl, databaseVariables, parsedUrl, prefix } from './config.ts';

/** No PostgreSQL answers there, or it lets nobody in. */
export class NoDatabase extends Error {
  readonly variable: string;
  /** `host:port/database`, without login and password */
  readonly place: string;
  constructor(variable: string, place: string, cause: unknown) {
    super(`${variable} leads nowhere`, { cause });
    this.variable = variable;
    this.place = place;
  }
}

interface Who {
  readonly name: string;
  readonly super: boolean;
  /** those of Cordon's other roles whose rights it has as well */
  readonly also: readonly string[];
}

/**
 * The address of a role's variable.
 * @throws NoDatabase; INPUT when it is malformed, or logs in as somebody else
 */
export const login = async (env: Environment, kind: RoleKind): Promise<string> => {
  const url = databaseUrl(env, kind);
  const names = roleNames(prefix(env));
  const who = await whoIs(url, databaseVariables[kind], names);
  if (kind === 'owner') mustNotBeAnother(who.name, names);
  else mustBe(who, kind, names);
  return url;
};

const whoIs = async (url: string, variable: string, names: RoleNames): Promise<Who> => {
  const { host, pathname } = parsedUrl(url, variable);
  try {
    return await withConnection(url, 'cordon login', async (db) => {
      const { rows } = await db.query<Who>(
        `select rolname as name, rolsuper as super,
           array(select rolname::text from pg_roles
                 where rolname = any($1) and rolname <> current_user and pg_has_role(current_user, oid, 'member')) as also
         from pg_roles where rolname = current_user`,
        [Object.values(names)],
      );
      return rows[0] ?? { name: '', super: false, also: [] };
    });
  } catch (e) {
    throw new NoDatabase(variable, `${host}${pathname}`, e);
  }
};

const mustBe = (who: Who, kind: RoleKind, names: RoleNames): void => {
  const wanted = names[kind];
  const found =
    who.name !== wanted
      ? `that logs in as ${who.name}`
      : who.super
        ? `whose role ${wanted} is a superuser`
        : who.also.length > 0
          ? `whose role ${wanted} is a member of ${who.also.join(', ')}`
          : undefined;
  if (found === undefined) return;
  throw refuse({
    code: 'INPUT',
    found: `${databaseVariables[kind]} ${found}`,
    expected: `${wanted}, and no rights but its own`,
    remedy: `correct ${databaseVariables[kind]}, or CORDON_PREFIX where the roles are called otherwise`,
  });
};

/** It would be asked to make itself the owner. @throws INPUT */
export const mustNotBeAnother = (name: string, names: RoleNames): void => {
  const kind = roleKinds.find((each) => each !== 'owner' && names[each] === name);
  if (kind === undefined) return;
  throw refuse({
    code: 'INPUT',
    found: `${databaseVariables.owner} that logs in as ${name}, the ${kind}`,
    expected: `${names.owner}, or an administrator of the database`,
    remedy: `correct ${databaseVariables.owner}; ${name} must never get the owner's rights`,
  });
};
