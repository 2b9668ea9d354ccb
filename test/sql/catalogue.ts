// The standing schema as text, from the catalogue and not from pg_dump, so that every PostgreSQL from 14 on says the
// same. Owners are not listed but checked: everything is the owner role's.
import pg from 'pg';
import type { RoleNames } from '../../sql/roles.ts';

const ours = `('ledger', 'cordon', 'copies')`;

/** Each query answers ordered lines. Constraints of kind `n` are new in 18 and repeat `not null`. */
const sections: Readonly<Record<string, string>> = {
  schemas: `
    select nspname from pg_namespace where nspname in ${ours} order by 1`,
  relations: `
    select format('%s %s.%s%s', case c.relkind when 'r' then 'table' when 'v' then 'view' else c.relkind::text end,
        n.nspname, c.relname, case c.relpersistence when 'p' then '' else ' ' || c.relpersistence::text end)
      || coalesce((select string_agg(format(E'\\n  %s %s%s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
          case when a.attnotnull then ' not null' end,
          ' default ' || pg_get_expr(d.adbin, d.adrelid),
          case a.attidentity when 'a' then ' identity always' when 'd' then ' identity by default' end,
          case when a.attstorage <> t.typstorage then ' storage ' || a.attstorage::text end), '' order by a.attnum)
        from pg_attribute a join pg_type t on t.oid = a.atttypid
          left join pg_attrdef d on (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '')
      || coalesce((select string_agg(format(E'\\n  constraint %s %s', k.conname, pg_get_constraintdef(k.oid)), ''
          order by k.conname) from pg_constraint k where k.conrelid = c.oid and k.contype <> 'n'), '')
      || coalesce((select string_agg(E'\\n  ' || pg_get_indexdef(i.indexrelid), '' order by x.relname)
        from pg_index i join pg_class x on x.oid = i.indexrelid where i.indrelid = c.oid
          and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.conrelid = c.oid)), '')
      || coalesce((select string_agg(E'\\n  ' || pg_get_triggerdef(t.oid)
          || case t.tgenabled when 'O' then '' else ' enabled ' || t.tgenabled::text end, '' order by t.tgname)
        from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal), '')
      || case when c.relkind = 'v' then E'\\n  as ' || regexp_replace(pg_get_viewdef(c.oid), '\\s+', ' ', 'g') else '' end
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ${ours} and c.relkind not in ('i', 'S') order by n.nspname, c.relname`,
  functions: `
    select format('%s.%s(%s) returns %s', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid),
        pg_get_function_result(p.oid))
      || format(E'\\n  %s %s%s', l.lanname, case p.provolatile when 'i' then 'immutable' when 's' then 'stable'
        else 'volatile' end, case when p.prosecdef then ' security definer' end)
      || E'\\n  set ' || coalesce(array_to_string(p.proconfig, ' '), 'nothing')
      || E'\\n  body ' || encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex')
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
    where n.nspname in ${ours} order by n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)`,
  'rows of ledger.leaf_type': `
    select format('%s %s', appended_by, type) from ledger.leaf_type order by appended_by, type`,
  grants: `
    with granted as (
      select 'schema ' || nspname as what, nspowner as owner, coalesce(nspacl, acldefault('n', nspowner)) as acl
        from pg_namespace where nspname in ${ours} or nspname = 'public'
      union all select 'database', 0, datacl from pg_database where datname = current_database()
      union all select format('%s.%s', n.nspname, c.relname), c.relowner, c.relacl
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ${ours}
      union all select format('%s.%s column %s', n.nspname, c.relname, a.attname), c.relowner, a.attacl
        from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ${ours}
      union all select format('%s.%s(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), p.proowner,
          coalesce(p.proacl, acldefault('f', p.proowner))
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ${ours}
      union all select 'default for ' || case d.defaclobjtype when 'f' then 'functions' else d.defaclobjtype::text end,
          d.defaclrole, d.defaclacl from pg_default_acl d
    ), held as (
      select coalesce(r.rolname, 'public') as role, g.what, lower(a.privilege_type) as privilege, a.is_grantable
        from granted g, aclexplode(g.acl) a left join pg_roles r on r.oid = a.grantee
        where a.grantee <> g.owner and coalesce(r.rolname, '') not in ('postgres', 'pg_database_owner')
    )
    select format('%s: %s on %s', role, string_agg(privilege || case when is_grantable then ' with grant option'
        else '' end, ' ' order by privilege), what)
    from held where role = 'public' or role = any($1) group by role, what order by role collate "C", what collate "C"`,
};

export const catalogue = async (db: pg.Client, names: RoleNames): Promise<string> => {
  const parts: string[] = [];
  for (const [title, text] of Object.entries(sections)) {
    const { rows } = await db.query<string[]>({
      text,
      values: text.includes('$1') ? [Object.values(names)] : [],
      rowMode: 'array',
    });
    parts.push(`== ${title}\n${rows.map(([line]) => line).join('\n')}\n`);
  }
  const prefix = names.owner.slice(0, -'_owner'.length);
  return parts.join('\n').replaceAll(`${prefix}_`, '');
};
