import { STEADY_TEXT } from '../rows.ts'
import { acls } from './objects-acl-sql.ts'
import { otherObjects } from './objects-other-sql.ts'
import { tableObjects } from './objects-table-sql.ts'
import { moves, ours } from './which.ts'

/**
 * Everything that a database has besides rows, each as `(stage, kind, name, definition, ddl, object, grantees)`: what
 * it is, by PostgreSQL's own telling, and the statement that makes it. `ddl` is null for what cannot be made so. Names
 * are qualified, since only `pg_catalog` is searched.
 */
export const OBJECTS = `${STEADY_TEXT}
with rel as (
  select c.*, n.nspname, format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${moves('n')} and ${ours('pg_class', 'c.oid')}
), typ as (
  select t.*, n.nspname, format('%I.%I', n.nspname, t.typname) as name
  from pg_type t join pg_namespace n on n.oid = t.typnamespace where ${moves('n')} and ${ours('pg_type', 't.oid')}
), fun as (
  select p.*, n.nspname, format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as name
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${moves('n')} and ${ours('pg_proc', 'p.oid')}
), all_objects (stage, kind, name, definition, ddl, object, grantees) as (
${[...otherObjects, ...tableObjects, ...acls].join('\nunion all\n')}
)
select stage, kind, name, definition, ddl, object, grantees from all_objects order by stage, kind, name`
