import { custom, moves, ours } from './which.ts'

/** Roles that Supabase keeps for itself: what they may do is not ours to carry. */
const SUPABASES = "g.who ~ '^(supabase_|pg_|dashboard_user$|pgbouncer$|cli_login)'"
/** Since PostgreSQL 17; a database from before it knows nothing of it. */
const NEWER = "a.privilege_type <> 'MAINTAIN'"

/**
 * What a list of rights says, in words (`d`), in statements (`ddl`), and who has any (`grantees`). `grant` makes a
 * statement of one grantee's rights, `g`.
 */
function told(list: string, grant: string): string {
  return `lateral (
    select string_agg(format('%s: %s%s', g.who, g.what, g.option), ', ' order by g.who, g.option) as d,
      string_agg(${grant}, '; ' order by g.who, g.option) as ddl,
      array_agg(distinct g.quoted) as grantees
    from (select case when a.grantee = 0 then 'public' else pg_get_userbyid(a.grantee)::text end as who,
        case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as quoted,
        string_agg(a.privilege_type, ', ' order by a.privilege_type) as what, case when a.is_grantable then ' with grant option' else '' end as option
      from aclexplode(${list}) a where ${NEWER} group by a.grantee, a.is_grantable) g
    where not ${SUPABASES}) x`
}

const said = "coalesce(x.d, ''), coalesce(x.ddl, ''), o.object, coalesce(x.grantees, '{}')"

/**
 * Who may do what with an object. What stands there already (a new database gives rights by default) is taken back
 * from `grantees` first, so that afterwards exactly this is so. `code`: the object's kind, as `acldefault` knows it.
 */
function acl(word: string, name: string, code: string, list: string, owner: string, from: string): string {
  return `select 10, 'rights', o.object, ${said}
  from (select format('${word} %s', ${name}) as object, coalesce(${list}, acldefault('${code}', ${owner})) as list ${from}) o,
  ${told('o.list', "format('grant %s on %s to %s%s', g.what, o.object, g.quoted, g.option)")}`
}

const columnRights = `select 10, 'rights', format('%s (%I)', o.object, o.attname), ${said}
  from (select format('table %s', r.name) as object, c.attname, c.attacl from rel r join pg_attribute c on c.attrelid = r.oid
    and c.attnum > 0 and not c.attisdropped where c.attacl is not null and r.relkind in ('r', 'p', 'v', 'm')) o,
  ${told('o.attacl', "format('grant %s (%I) on %s to %s%s', replace(g.what, ', ', format(' (%I), ', o.attname)), o.attname, o.object, g.quoted, g.option)")}`

const defaultRights = `select 10, 'default rights', o.object, x.d, x.ddl, o.object, x.grantees
  from (select format('in schema %I for %s', n.nspname, t.word) as object, n.nspname, t.word, d.defaclacl from pg_default_acl d
    join pg_namespace n on n.oid = d.defaclnamespace
    join (values ('r'::"char", 'tables'), ('S', 'sequences'), ('f', 'functions'), ('T', 'types')) t (code, word) on t.code = d.defaclobjtype
    where ${moves('n')} and pg_get_userbyid(d.defaclrole) = 'postgres') o,
  ${told(
    'o.defaclacl',
    "format('alter default privileges for role postgres in schema %I grant %s on %s to %s%s', o.nspname, g.what, o.word, g.quoted, g.option)",
  )} where x.d is not null`

function owner(object: string, oid: string, from: string): string {
  return `select 11, 'owner', o.object, o.who, format('alter %s owner to %I', o.object, o.who), null::text, null::text[]
  from (select ${object} as object, pg_get_userbyid(${oid})::text as who ${from}) o where ${custom('o.who')}`
}

const word = `case r.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end`
const routine = `case f.prokind when 'a' then 'aggregate' when 'p' then 'procedure' else 'function' end`

/** Comments, by the names that PostgreSQL itself gives what they are on. */
const comments = `select 9, 'comment', o.what, d.description, format('comment on %s is %L', o.what, d.description), null::text, null::text[]
  from pg_description d, lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) i,
  lateral (select format('%s %s', case when i.type like '% column' then 'column' when i.type like '% constraint' then 'constraint' else i.type end, i.identity) as what) o
  where (d.classoid = 'pg_class'::regclass and d.objoid in (select oid from rel))
    or (d.classoid = 'pg_proc'::regclass and d.objoid in (select oid from fun where prokind <> 'a'))
    or (d.classoid = 'pg_type'::regclass and d.objoid in (select oid from typ))
    or (d.classoid = 'pg_constraint'::regclass and d.objoid in (select k.oid from pg_constraint k join rel on rel.oid = k.conrelid))
    or (d.classoid = 'pg_trigger'::regclass and d.objoid in (select g.oid from pg_trigger g join rel on rel.oid = g.tgrelid))
    or (d.classoid = 'pg_policy'::regclass and d.objoid in (select p.oid from pg_policy p join rel on rel.oid = p.polrelid))
    or (d.classoid = 'pg_namespace'::regclass and d.objoid in (select n.oid from pg_namespace n where ${moves('n')} and n.nspname <> 'public'))`

/** Rights, owners, memberships and comments: all that can be set again and again. */
export const acls: readonly string[] = [
  acl('table', 'r.name', 'r', 'r.relacl', 'r.relowner', "from rel r where r.relkind in ('r', 'p', 'v', 'm')"),
  acl('sequence', 'r.name', 's', 'r.relacl', 'r.relowner', "from rel r where r.relkind = 'S'"),
  acl('routine', 'f.name', 'f', 'f.proacl', 'f.proowner', "from fun f where f.prokind <> 'a'"),
  acl(
    ...(['type', 't.name', 'T', 't.typacl', 't.typowner'] as const),
    "from typ t left join pg_class c on c.oid = t.typrelid where t.typtype in ('e', 'd', 'r') or c.relkind = 'c'",
  ),
  acl(
    ...(['schema', 'quote_ident(n.nspname)', 'n', 'n.nspacl', 'n.nspowner'] as const),
    `from pg_namespace n where ${moves('n')} and ${ours('pg_namespace', 'n.oid')} and n.nspname <> 'public'`,
  ),
  columnRights,
  defaultRights,
  owner(
    `concat_ws(' ', ${word}, r.name)`,
    'r.relowner',
    `from rel r where r.relkind in ('r', 'p', 'v', 'm') or (r.relkind = 'S'
    and not exists (select from pg_depend x where x.classid = 'pg_class'::regclass and x.objid = r.oid and x.deptype in ('a', 'i')))`,
  ),
  owner(`concat_ws(' ', ${routine}, f.name)`, 'f.proowner', 'from fun f'),
  owner(`format('schema %I', n.nspname)`, 'n.nspowner', `from pg_namespace n where ${moves('n')}`),
  `select 10, 'membership', format('%s in %s', m.rolname, r.rolname), '', format('grant %I to %I', r.rolname, m.rolname), null::text, null::text[]
  from pg_auth_members a join pg_roles r on r.oid = a.roleid join pg_roles m on m.oid = a.member
  where (${custom('r.rolname')} or ${custom('m.rolname')}) and m.rolname <> 'postgres'
    and exists (select from pg_shdepend s where s.refclassid = 'pg_authid'::regclass and s.refobjid in (r.oid, m.oid)
      and s.dbid = (select oid from pg_database where datname = current_database()))`,
  comments,
]
