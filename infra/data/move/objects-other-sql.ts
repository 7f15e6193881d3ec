import { custom, moves, ours } from './which.ts'

const plain = (stage: number, kind: string) => `select ${stage}, '${kind}'`
const END = 'null::text, null::text[]'

/** Constraints of a domain, in one line. */
const domainChecks = `(select string_agg(format(' constraint %I %s', k.conname, pg_get_constraintdef(k.oid)), '' order by k.conname)
  from pg_constraint k where k.contypid = t.oid and k.contype = 'c')`

const sequenceOptions = `format(' as %s increment %s minvalue %s maxvalue %s start %s cache %s%s', format_type(s.seqtypid, null),
  s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, case when s.seqcycle then ' cycle' else '' end)`

/** Things that cannot be made again here are told by name only, so that a person hears of them. */
function unmade(kind: string, name: string, rest: string): string {
  return `${plain(0, kind)}, ${name}, ''::text, null::text, ${END} ${rest}`
}

/** What stands by itself: roles, extensions, schemas, types, sequences, functions, and what is beyond us. */
export const otherObjects: readonly string[] = [
  `${plain(0, 'role')}, r.rolname::text, d, format('create role %I %s', r.rolname, d), ${END}
  from (select r.*, concat_ws(' ', case when rolcanlogin then 'login' else 'nologin' end, case when rolinherit then 'inherit' else 'noinherit' end) as d
    from pg_roles r where ${custom('r.rolname')} and exists (select from pg_shdepend s where s.refclassid = 'pg_authid'::regclass
      and s.refobjid = r.oid and s.dbid = (select oid from pg_database where datname = current_database()))) r`,
  `${plain(1, 'extension')}, e.extname::text, n.nspname::text, format('create extension if not exists %I schema %I', e.extname, n.nspname), ${END}
  from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname <> 'plpgsql'`,
  `${plain(0, 'schema')}, n.nspname::text, '', format('create schema %I', n.nspname), ${END}
  from pg_namespace n where ${moves('n')} and ${ours('pg_namespace', 'n.oid')}`,
  `${plain(2, 'enum')}, t.name, d, format('create type %s as enum (%s)', t.name, d), ${END}
  from (select t.name, (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid) as d
    from typ t where t.typtype = 'e') t`,
  `${plain(2, 'composite type')}, t.name, d, format('create type %s as (%s)', t.name, d), ${END}
  from (select t.name, (select string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod),
      case when a.attcollation <> b.typcollation then format(' collate %s', a.attcollation::regcollation) else '' end), ', ' order by a.attnum)
      from pg_attribute a join pg_type b on b.oid = a.atttypid where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) as d
    from typ t join pg_class c on c.oid = t.typrelid where t.typtype = 'c' and c.relkind = 'c') t`,
  `${plain(2, 'range')}, t.name, d, format('create type %s as range (%s)', t.name, d), ${END}
  from (select t.name, concat_ws(', ', format('subtype = %s', format_type(r.rngsubtype, null)),
      format('multirange_type_name = %s', format_type(r.rngmultitypid, null)),
      case when r.rngcollation <> 0 then format('collation = %s', r.rngcollation::regcollation) end,
      case when r.rngsubdiff <> 0 then format('subtype_diff = %s', r.rngsubdiff::regproc) end) as d
    from typ t join pg_range r on r.rngtypid = t.oid) t`,
  `${plain(2, 'domain')}, t.name, d, format('create domain %s as %s', t.name, d), ${END}
  from (select t.name, concat(format_type(t.typbasetype, t.typtypmod),
      case when t.typcollation <> b.typcollation then format(' collate %s', t.typcollation::regcollation) end,
      case when t.typdefault is not null then ' default ' || pg_get_expr(t.typdefaultbin, 0) end,
      case when t.typnotnull then ' not null' end, ${domainChecks}) as d
    from typ t join pg_type b on b.oid = t.typbasetype where t.typtype = 'd') t`,
  `${plain(2, 'sequence')}, r.name, r.d, format('create %ssequence %s%s', case when r.relpersistence = 'u' then 'unlogged ' else '' end, r.name, r.d), ${END}
  from (select rel.*, ${sequenceOptions} as d from rel join pg_sequence s on s.seqrelid = rel.oid) r
  where not exists (select from pg_depend x where x.classid = 'pg_class'::regclass and x.objid = r.oid and x.deptype = 'i')`,
  `${plain(4, 'sequence owner')}, r.name, o.owner, format('alter sequence %s owned by %s', r.name, o.owner), ${END}
  from rel r join lateral (select format('%s.%I', x.refobjid::regclass, a.attname) as owner from pg_depend x
    join pg_attribute a on a.attrelid = x.refobjid and a.attnum = x.refobjsubid
    where x.classid = 'pg_class'::regclass and x.objid = r.oid and x.refclassid = 'pg_class'::regclass and x.deptype = 'a') o on true
  where r.relkind = 'S'`,
  `${plain(3, 'function')}, f.name, pg_get_functiondef(f.oid), pg_get_functiondef(f.oid), ${END} from fun f where f.prokind in ('f', 'p', 'w')`,
  unmade('aggregate', 'f.name', "from fun f where f.prokind = 'a'"),
  unmade(
    'base type',
    't.name',
    `from typ t where t.typtype = 'b' and not exists (select from pg_type e where e.typarray = t.oid)`,
  ),
  unmade('foreign table', 'r.name', "from rel r where r.relkind = 'f'"),
  unmade('foreign server', 's.srvname::text', 'from pg_foreign_server s'),
  ...(
    [
      ['operator', 'pg_operator', 'oprname', 'oprnamespace'],
      ['operator class', 'pg_opclass', 'opcname', 'opcnamespace'],
      ['collation', 'pg_collation', 'collname', 'collnamespace'],
      ['text search configuration', 'pg_ts_config', 'cfgname', 'cfgnamespace'],
      ['text search dictionary', 'pg_ts_dict', 'dictname', 'dictnamespace'],
    ] as const
  ).map(([kind, catalog, name, schema]) =>
    unmade(
      kind,
      `format('%I.%I', n.nspname, o.${name})`,
      `from ${catalog} o join pg_namespace n on n.oid = o.${schema} where ${moves('n')} and ${ours(catalog, 'o.oid')}`,
    ),
  ),
  unmade(
    'cast',
    `format('%s as %s', format_type(c.castsource, null), format_type(c.casttarget, null))`,
    `from pg_cast c where c.castfunc in (select oid from fun) and ${ours('pg_cast', 'c.oid')}`,
  ),
  unmade(
    'event trigger',
    'e.evtname::text',
    'from pg_event_trigger e where e.evtfoid in (select oid from fun)',
  ),
]
