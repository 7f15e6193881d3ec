import type pg from 'pg'
import { z } from 'zod'
import { RestError } from './errors.ts'
import { quoted } from './fields.ts'

const Column = z.object({ name: z.string(), type: z.string(), default: z.string().nullable() })
export type Column = z.infer<typeof Column>

/** A table or view as the catalogue knows it, and how it is written in SQL. */
export type Table = {
  readonly name: string
  readonly sql: string
  readonly columns: readonly Column[]
  readonly key: readonly string[]
}

const TABLE = `
  select a.attname as name, pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
    case
      when a.attidentity <> '' then 'nextval(' || pg_catalog.quote_literal(
        pg_catalog.pg_get_serial_sequence(pg_catalog.format('%I.%I', n.nspname, c.relname), a.attname)) || ')'
      when a.attgenerated = '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid)
    end as default,
    coalesce(a.attnum = any (i.indkey), false) as keyed
  from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_catalog.pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    left join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary
  where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'v', 'm', 'f', 'p')
  order by a.attnum`

/**
 * The table of that very name. It is looked up by the role that everybody is let in by, so that who may see it is
 * left to the statement itself.
 * @throws RestError PGRST205
 */
export async function tableNamed(client: pg.ClientBase, schema: string, name: string): Promise<Table> {
  const { rows } = await client.query(TABLE, [schema, name])
  const found = z.array(Column.extend({ keyed: z.boolean() })).parse(rows)
  if (found.length === 0) {
    const message = `Could not find the table '${schema}.${name}' in the schema cache`
    throw new RestError(404, 'PGRST205', message)
  }
  return {
    name,
    sql: `${quoted(schema)}.${quoted(name)}`,
    columns: found,
    key: found.filter(({ keyed }) => keyed).map((column) => column.name),
  }
}

/** Those columns of the table. @throws RestError PGRST204 for one that it has not */
export function columnsNamed(table: Table, names: readonly string[]): readonly Column[] {
  return names.map((name) => {
    const column = table.columns.find((one) => one.name === name)
    if (column) return column
    const message = `Could not find the '${name}' column of '${table.name}' in the schema cache`
    throw new RestError(400, 'PGRST204', message)
  })
}

const Parameter = z.object({ name: z.string(), type: z.string(), required: z.boolean() })
const Routine = z.object({
  parameters: z.array(Parameter),
  volatile: z.boolean(),
  returns: z.enum(['void', 'scalar', 'row', 'scalars', 'rows']),
})
export type Routine = z.infer<typeof Routine> & { readonly sql: string }

const ROUTINES = `
  select p.provolatile = 'v' as volatile,
    case
      when p.prorettype = 'pg_catalog.void'::pg_catalog.regtype then 'void'
      when t.typtype = 'c' or p.prorettype = 'pg_catalog.record'::pg_catalog.regtype
        or p.proargmodes && '{o,b,t}'
        then case when p.proretset then 'rows' else 'row' end
      else case when p.proretset then 'scalars' else 'scalar' end
    end as returns,
    coalesce((
      select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
        'name', coalesce(args.name, ''),
        'type', pg_catalog.format_type(args.type, null),
        'required', args.place <= p.pronargs - p.pronargdefaults) order by args.place)
      from (
        select name, type, pg_catalog.row_number() over (order by at) as place
        from unnest(coalesce(p.proallargtypes, p.proargtypes::pg_catalog.oid[]), p.proargnames, p.proargmodes)
          with ordinality as given (type, name, mode, at)
        where coalesce(mode, 'i') in ('i', 'b', 'v')
      ) args
    ), '[]') as parameters
  from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    join pg_catalog.pg_type t on t.oid = p.prorettype
  where n.nspname = $1 and p.proname = $2 and p.prokind = 'f'`

/**
 * The function of that name which takes these arguments.
 * @throws RestError PGRST202, PGRST203
 */
export async function routineNamed(
  client: pg.ClientBase,
  schema: string,
  name: string,
  args: readonly string[],
): Promise<Routine> {
  const { rows } = await client.query(ROUTINES, [schema, name])
  const fitting = z
    .array(Routine)
    .parse(rows)
    .filter(
      ({ parameters }) =>
        args.every((arg) => parameters.some((parameter) => parameter.name === arg)) &&
        parameters.every((parameter) => !parameter.required || args.includes(parameter.name)),
    )
  const [routine] = fitting
  const full = `${schema}.${name}`
  if (!routine) {
    const given = args.length ? `(${args.join(', ')})` : ' without parameters'
    const searched = args.length ? ` with parameter${args.length > 1 ? 's' : ''} ${args.join(', ')}` : given
    const message = `Could not find the function ${full}${given} in the schema cache`
    const details = `Searched for the function ${full}${searched}, but no matches were found in the schema cache.`
    throw new RestError(404, 'PGRST202', message, { details })
  }
  if (fitting.length > 1) {
    const each = fitting.map(
      ({ parameters }) => `${full}(${parameters.map((one) => `${one.name} => ${one.type}`).join(', ')})`,
    )
    const message = `Could not choose the best candidate function between: ${each.join(', ')}`
    const hint =
      'Try renaming the parameters or the function itself in the database so function overloading can be resolved'
    throw new RestError(300, 'PGRST203', message, { hint })
  }
  return { ...routine, sql: `${quoted(schema)}.${quoted(name)}` }
}
