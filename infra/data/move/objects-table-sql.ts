const END = 'null::text, null::text[]'
const TABLES = "('r', 'p')"

const identity = `(select format(' generated %s as identity (sequence name %s%s)', case a.attidentity when 'a' then 'always' else 'by default' end,
    s.seqrelid::regclass, format(' increment %s minvalue %s maxvalue %s start %s cache %s%s', s.seqincrement, s.seqmin, s.seqmax, s.seqstart,
    s.seqcache, case when s.seqcycle then ' cycle' else '' end))
  from pg_depend x join pg_sequence s on s.seqrelid = x.objid
  where x.classid = 'pg_class'::regclass and x.refclassid = 'pg_class'::regclass and x.refobjid = a.attrelid and x.refobjsubid = a.attnum and x.deptype = 'i')`

/** The columns of a table in their order; defaults come later, since functions of theirs may need the table. */
const columns = `(select string_agg(concat(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)),
    case when a.attcollation <> t.typcollation then format(' collate %s', a.attcollation::regcollation) end,
    case when a.attgenerated <> '' then format(' generated always as (%s) stored', pg_get_expr(d.adbin, d.adrelid)) end,
    case when a.attidentity <> '' then ${identity} end,
    case when a.attnotnull then ' not null' end), ', ' order by a.attnum)
  from pg_attribute a join pg_type t on t.oid = a.atttypid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped)`

const options = `case when r.reloptions is not null then format(' with (%s)', (select string_agg(format('%s = %L', split_part(o, '=', 1),
    substr(o, strpos(o, '=') + 1)), ', ' order by o) from unnest(r.reloptions) o)) else '' end`

const state = `case g.tgenabled when 'D' then format('; alter table %s disable trigger %I', g.tgrelid::regclass, g.tgname)
    when 'R' then format('; alter table %s enable replica trigger %I', g.tgrelid::regclass, g.tgname)
    when 'A' then format('; alter table %s enable always trigger %I', g.tgrelid::regclass, g.tgname) else '' end`

const roles = `(select string_agg(case when o = 0 then 'public' else quote_ident(pg_get_userbyid(o)) end, ', ' order by pg_get_userbyid(o)) from unnest(p.polroles) o)`

/** Tables, and all that hangs on them, in the order in which it can be made. */
export const tableObjects: readonly string[] = [
  `select 3, 'table', r.name, r.d, case when r.reloftype = 0 then format('create %stable %s %s', case when r.relpersistence = 'u' then 'unlogged ' else '' end, r.name, r.d) end, ${END}
  from (select r.*, concat('(', ${columns}, ')', case when r.relkind = 'p' then ' partition by ' || pg_get_partkeydef(r.oid) end, ${options}) as d
    from rel r where r.relkind in ${TABLES}) r`,
  `select 3, 'view', r.name, r.d, format('create view %s', r.d), ${END}
  from (select r.*, format('%s%s as %s', r.name, ${options}, rtrim(pg_get_viewdef(r.oid), ';')) as d from rel r where r.relkind = 'v') r`,
  `select 3, 'materialized view', r.name, r.d, format('create materialized view %s with no data', r.d), ${END}
  from (select r.*, format('%s%s as %s', r.name, ${options}, rtrim(pg_get_viewdef(r.oid), ';')) as d from rel r where r.relkind = 'm') r`,
  `select 4, 'default', format('%s.%I', r.name, a.attname), e.d, format('alter table only %s alter column %I set default %s', r.name, a.attname, e.d), ${END}
  from rel r join pg_attribute a on a.attrelid = r.oid and a.attgenerated = '' and not a.attisdropped
  join pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum, lateral (select pg_get_expr(d.adbin, d.adrelid) as d) e`,
  `select 4, 'storage', format('%s.%I', r.name, a.attname), s.d, format('alter table only %s alter column %I set storage %s', r.name, a.attname, s.d), ${END}
  from rel r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped join pg_type t on t.oid = a.atttypid,
  lateral (select case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end as d) s
  where r.relkind in ${TABLES} and a.attstorage <> t.typstorage`,
  `select case k.contype when 'c' then 4 when 'f' then 8 else 6 end, 'constraint', format('%s.%I', r.name, k.conname), e.d,
    format('alter table %s%s add constraint %I %s', case when k.contype = 'f' and r.relkind = 'p' then '' else 'only ' end, r.name, k.conname, e.d), ${END}
  from rel r join pg_constraint k on k.conrelid = r.oid, lateral (select pg_get_constraintdef(k.oid) as d) e
  where r.relkind in ${TABLES} and k.contype in ('c', 'p', 'u', 'x', 'f') and not (k.contype = 'f' and k.conparentid <> 0)`,
  `select 5, case when r.relispartition then 'partition' else 'inheritance' end, r.name, e.d,
    case when r.relispartition then format('alter table only %s attach partition %s %s', i.inhparent::regclass, r.name, e.bound)
      else format('alter table only %s inherit %s', r.name, i.inhparent::regclass) end, ${END}
  from rel r join pg_inherits i on i.inhrelid = r.oid,
  lateral (select concat_ws(' ', i.inhparent::regclass, i.inhseqno, pg_get_expr(r.relpartbound, r.oid)) as d, pg_get_expr(r.relpartbound, r.oid) as bound) e
  where r.relkind in ${TABLES}`,
  `select 6, 'index', r.name, e.d, e.d, ${END}
  from rel r join pg_index i on i.indexrelid = r.oid, lateral (select pg_get_indexdef(r.oid) as d) e
  where not exists (select from pg_constraint k where k.conindid = r.oid and k.contype in ('p', 'u', 'x')) and i.indrelid in (select oid from rel)`,
  `select 7, 'index part', r.name, i.inhparent::regclass::text, format('alter index %s attach partition %s', i.inhparent::regclass, r.name), ${END}
  from rel r join pg_inherits i on i.inhrelid = r.oid where r.relkind in ('i', 'I')`,
  `select 6, 'statistics', format('%I.%I', n.nspname, s.stxname), e.d, e.d, ${END}
  from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace, lateral (select pg_get_statisticsobjdef(s.oid) as d) e where s.stxrelid in (select oid from rel)`,
  `select 8, 'trigger', format('%s.%I', g.tgrelid::regclass, g.tgname), e.d, e.d, ${END}
  from pg_trigger g, lateral (select concat(pg_get_triggerdef(g.oid), ${state}) as d) e
  where not g.tgisinternal and g.tgparentid = 0 and (g.tgrelid in (select oid from rel) or g.tgfoid in (select oid from fun))`,
  `select 8, 'rule', format('%s.%I', w.ev_class::regclass, w.rulename), e.d, e.d, ${END}
  from pg_rewrite w, lateral (select pg_get_ruledef(w.oid) as d) e where w.rulename <> '_RETURN' and w.ev_class in (select oid from rel)`,
  `select 8, 'policy', format('%s.%I', r.name, p.polname), e.d, format('create policy %I on %s %s', p.polname, r.name, e.d), ${END}
  from rel r join pg_policy p on p.polrelid = r.oid, lateral (select concat('as ', case when p.polpermissive then 'permissive' else 'restrictive' end,
    ' for ', case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end, ' to ', ${roles},
    case when p.polqual is not null then format(' using (%s)', pg_get_expr(p.polqual, r.oid)) end,
    case when p.polwithcheck is not null then format(' with check (%s)', pg_get_expr(p.polwithcheck, r.oid)) end) as d) e`,
  `select 9, 'row security', r.name, e.d, e.d, ${END}
  from rel r, lateral (select format('alter table %s %s row level security, %s row level security', r.name,
    case when r.relrowsecurity then 'enable' else 'disable' end, case when r.relforcerowsecurity then 'force' else 'no force' end) as d) e
  where r.relkind in ${TABLES}`,
  `select 9, 'replica identity', r.name, e.d, e.d, ${END}
  from rel r, lateral (select format('alter table only %s replica identity %s', r.name, case r.relreplident when 'f' then 'full' when 'n' then 'nothing'
    when 'i' then (select format('using index %I', c.relname) from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = r.oid and i.indisreplident)
    else 'default' end) as d) e
  where r.relkind in ${TABLES}`,
  `select 8, 'publication', p.pubname::text, '', format('create publication %I', p.pubname), ${END} from pg_publication p where not p.puballtables`,
  `select 9, 'published table', format('%s: %s', p.pubname, r.name), '', format('alter publication %I add table only %s', p.pubname, r.name), ${END}
  from pg_publication_rel m join pg_publication p on p.oid = m.prpubid join rel r on r.oid = m.prrelid`,
]
