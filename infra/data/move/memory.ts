import { z } from 'zod'
import { ControlError, hasCode } from '../../errors.ts'
import type { SigningKey } from '../../provider/signature.ts'
import type { Ref } from '../../registry/ref.ts'
import { isRef } from '../../registry/ref.ts'
import type { PublicKey } from '../../registry/settings.ts'
import type { Slug } from '../../registry/slug.ts'
import type { ManagementApi } from '../../supabase/client.ts'
import { understood } from '../../supabase/understood.ts'
import { SET_UP } from './memory-sql.ts'
import { isSigned, signRoute } from './signed.ts'

/** How far a move is. `created`: the schemas are equal. `switching`: names may have changed. */
export const PHASES = ['begun', 'created', 'copied', 'switching', 'switched', 'completed'] as const
export type Phase = (typeof PHASES)[number]

/** What a move knows besides its tables. */
export interface Facts {
  /** How the source's project was called before it was renamed. */
  readonly sourceName: string
  /** Which rows were copied: changed settings mean another copy. */
  readonly scope: string | null
}

export interface Record {
  readonly slug: Slug
  readonly source: Ref
  readonly target: Ref
  readonly phase: Phase
  readonly facts: Facts
}

/** One table's copy. `position`: up to where its rows are there; null before the first. */
export interface Part {
  readonly name: string
  readonly position: string | null
  readonly done: boolean
  /** Of the rows as they were copied, once both sides were seen to be equal. */
  readonly rows: string | null
  readonly sum: string | null
}

const refText = z.string().transform((text, context): Ref => {
  if (isRef(text)) return text
  context.addIssue({ code: 'custom', message: 'not a ref' })
  return z.NEVER
})
const rowShape = z.object({
  slug: z.string(),
  source: refText,
  target: refText,
  phase: z.enum(PHASES),
  facts: z.object({ sourceName: z.string(), scope: z.string().nullable(), signature: z.string() }),
})
const partShape = z.array(
  z.object({
    name: z.string(),
    position: z.string().nullable(),
    done: z.boolean(),
    rows: z.string().nullable(),
    sum: z.string().nullable(),
  }),
)
const LOOK = `select pg_catalog.max(c.relkind::pg_catalog.text) as kind from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) c.relnamespace
where n.nspname operator(pg_catalog.=) 'control' and c.relname operator(pg_catalog.=) 'move'`

/** The move of this orchestra to this database, as we have signed it; null without one. Read-only. */
export async function readMemory(
  api: ManagementApi,
  slug: Slug,
  ref: Ref,
  keys: readonly PublicKey[],
): Promise<Record | null> {
  const [look] = await api.readOnlyQuery(ref, LOOK)
  if (look?.kind !== 'r') return null
  const rows = await api
    .readOnlyQuery(
      ref,
      "set local statement_timeout = '10s'; select slug, source, target, phase, facts from only control.move limit 20",
    )
    .catch((error: unknown) => {
      // a table of that name which is not ours, in a database that others own, too
      if (hasCode(error, 'api-refused') && error.values.status === 400) return []
      throw error
    })
  for (const row of rows) {
    const parsed = rowShape.safeParse(row)
    if (!parsed.success) continue
    const { facts, ...rest } = parsed.data
    if (rest.slug !== slug || rest.target !== ref) continue
    if (await isSigned(keys, rest, facts.signature)) return { ...rest, slug, facts }
  }
  return null
}

/** Makes the place for the memory, and its first record. Changes nothing when it is there. */
export async function beginMemory(
  api: ManagementApi,
  key: SigningKey,
  move: Omit<Record, 'phase'>,
): Promise<void> {
  const { slug, source, target, facts } = move
  await api.query(target, `set transaction read write; ${SET_UP}`)
  const signed = { ...facts, signature: await signRoute(key, move) }
  await api.query(
    target,
    `insert into control.move as m (slug, source, target, phase, facts) values ($1, $2, $3, 'begun', $4::pg_catalog.json)
    on conflict (slug) do update set source = excluded.source, target = excluded.target, phase = excluded.phase, facts = excluded.facts
    where m.phase = 'completed' or m.target <> excluded.target`,
    [slug, source, target, JSON.stringify(signed)],
  )
}

/** Goes from one phase to the next; refuses when another run has gone on meanwhile. @throws ControlError `move-refused` */
export async function enterPhase(
  api: ManagementApi,
  { slug, target }: Record,
  from: readonly Phase[],
  to: Phase,
): Promise<void> {
  const rows = await api.query(
    target,
    `update control.move set phase = $1, at = now() where slug = $2 and phase = any ($3::text[]) returning phase`,
    [to, slug, `{${from.join(',')}}`],
  )
  if (rows.length === 0) throw new ControlError('move-refused', { slug, why: 'elsewhere', details: [] })
}

export async function noteScope(api: ManagementApi, { slug, target }: Record, scope: string): Promise<void> {
  await api.query(
    target,
    `update control.move set facts = pg_catalog.jsonb_set(facts::pg_catalog.jsonb, '{scope}', $1::pg_catalog.jsonb)::pg_catalog.json where slug = $2`,
    [JSON.stringify(scope), slug],
  )
}

export async function readParts(api: ManagementApi, target: Ref): Promise<readonly Part[]> {
  const sql = 'select name, position, done, rows, sum from only control.move_part order by place'
  return understood('memory', await api.readOnlyQuery(target, sql), partShape)
}
