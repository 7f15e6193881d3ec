import { z } from 'zod'
import type { Ref } from '../../registry/ref.ts'
import type { ManagementApi } from '../../supabase/client.ts'
import { understood } from '../../supabase/understood.ts'
import { STEADY_TEXT } from '../rows.ts'
import { moves, ours } from './which.ts'

/** A table that may hold rows to move. Every name is quoted by the database. */
export interface Table {
  readonly name: string
  /** `p`: its rows lie in its partitions. */
  readonly kind: 'r' | 'p'
  /** Columns in their order; those that are computed cannot be written. */
  readonly columns: readonly { readonly name: string; readonly computed: boolean; readonly large: boolean }[]
  readonly blocks: number
  /** One of Supabase's: only what both databases have of it is moved. */
  readonly theirs: boolean
}

/** A foreign key, with the operators that it compares by. */
export interface Key {
  readonly name: string
  readonly child: string
  readonly parent: string
  readonly pairs: readonly { readonly child: string; readonly parent: string; readonly operator: string }[]
  /** False where rows from before it were never checked. */
  readonly valid: boolean
}

export interface Structure {
  readonly tables: readonly Table[]
  readonly keys: readonly Key[]
  readonly sequences: readonly string[]
  readonly views: readonly string[]
}

/** Whose logins move: accounts, and by what they are known. Sessions, tokens and factors stay. */
export const USERS = 'auth.users'
export const IDENTITIES = 'auth.identities'

const REL = `select c.oid, c.relkind, format('%I.%I', n.nspname, c.relname) as name, ${moves('n')} as ours, c.relispopulated
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where (${moves('n')} and ${ours('pg_class', 'c.oid')}) or (n.nspname = 'auth' and c.relname in ('users', 'identities') and c.relkind = 'r')`

const STRUCTURE = `${STEADY_TEXT}
with rel as (${REL})
select
  (select coalesce(json_agg(json_build_object('name', r.name, 'kind', r.relkind, 'theirs', not r.ours,
    'blocks', pg_relation_size(r.oid) / current_setting('block_size')::int8,
    'columns', (select coalesce(json_agg(json_build_object('name', quote_ident(a.attname), 'computed', a.attgenerated <> '',
        'large', t.typname = 'lo' or t.oid = 'oid'::regtype) order by a.attnum), '[]')
      from pg_attribute a join pg_type t on t.oid = a.atttypid where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped)) order by r.name), '[]')
    from rel r where r.relkind in ('r', 'p')) as tables,
  (select coalesce(json_agg(json_build_object('name', k.conname, 'child', c.name, 'parent', p.name, 'valid', k.convalidated,
    'pairs', (select json_agg(json_build_object('child', quote_ident(ca.attname), 'parent', quote_ident(pa.attname),
        'operator', format('operator(%I.%s)', n.nspname, o.oprname)) order by u.i)
      from unnest(k.conkey, k.confkey, k.conpfeqop) with ordinality u (c, p, o, i)
      join pg_attribute ca on ca.attrelid = k.conrelid and ca.attnum = u.c join pg_attribute pa on pa.attrelid = k.confrelid and pa.attnum = u.p
      join pg_operator o on o.oid = u.o join pg_namespace n on n.oid = o.oprnamespace)) order by c.name, k.conname), '[]')
    from pg_constraint k join rel c on c.oid = k.conrelid join rel p on p.oid = k.confrelid
    where k.contype = 'f' and not exists (select from pg_constraint up where up.oid = k.conparentid and up.conrelid = k.conrelid)) as keys,
  (select coalesce(json_agg(r.name order by r.name), '[]') from rel r where r.relkind = 'S') as sequences,
  (select coalesce(json_agg(r.name order by r.oid), '[]') from rel r where r.relkind = 'm' and r.relispopulated) as views`

const name = z.string()
const structure = z.tuple([
  z.object({
    tables: z.array(
      z.object({
        name,
        kind: z.enum(['r', 'p']),
        theirs: z.boolean(),
        blocks: z.number(),
        columns: z.array(z.object({ name, computed: z.boolean(), large: z.boolean() })),
      }),
    ),
    keys: z.array(
      z.object({
        ...{ name, child: name, parent: name, valid: z.boolean() },
        pairs: z.array(z.object({ child: name, parent: name, operator: name })),
      }),
    ),
    sequences: z.array(name),
    views: z.array(name),
  }),
])

/** Tables, foreign keys, sequences and filled materialized views. @throws ControlError `api-unintelligible`, and those of the API */
export async function readStructure(api: ManagementApi, ref: Ref): Promise<Structure> {
  return understood('structure', await api.readOnlyQuery(ref, STRUCTURE), structure)[0]
}

/** How to read from a table by name: `only`, but from a partitioned one, which has no rows of its own. */
export function from(structure: Structure, name: string): string {
  const table = structure.tables.find((one) => one.name === name)
  return table?.kind === 'p' ? name : `only ${name}`
}

/** Whether the row of the child `c` points at the row of the parent `p`. */
export function joins({ pairs }: Key, child: string, parent: string): string {
  return pairs.map((pair) => `${parent}.${pair.parent} ${pair.operator} ${child}.${pair.child}`).join(' and ')
}

/** Whether the row of the child points anywhere. */
export function points({ pairs }: Key, child: string): string {
  return pairs.map((pair) => `${child}.${pair.child} is not null`).join(' and ')
}
