import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isRef, type Ref } from '../../registry/ref.ts'
import { isSlug, type Slug } from '../../registry/slug.ts'
import type { Inside, Trust, Why } from '../evidence.ts'

/** What one machine has seen of one orchestra's database. */
export interface ShardLook {
  readonly slug: Slug
  /** Whose answer it is; null where no ref was written down, and nobody was asked. */
  readonly ref: Ref | null
  /** When the answer was there, ISO 8601, by the clock of the machine. */
  readonly answeredAt: string
  readonly inside: Inside
  readonly trust: Trust
}

/** What all parts of one sweep have in common. */
export interface SweepId {
  readonly source: 'supabase' | 'sandbox'
  readonly api: string
  readonly organization: string
  /** The version of the code, and the run, as GitHub Actions tells them; null elsewhere. */
  readonly commit: string | null
  readonly run: string | null
  /** Digest of declarations, settings, migrations and of the statement that is asked. */
  readonly registry: string
  readonly deep: boolean
}

/** One part of the evidence of a sweep. Of what is secret it holds nothing. */
export interface Shard {
  readonly version: 1
  readonly shard: number
  readonly of: number
  readonly sweep: SweepId
  readonly begunAt: string
  readonly endedAt: string
  readonly looks: readonly ShardLook[]
}

/** The file of a part: its contents, and their digest behind them, so that one cut short is noticed. */
export function writeShard(shard: Shard): string {
  return `${JSON.stringify({ ...shard, digest: digestOf(shard) })}\n`
}

/** The part in a file's text, or what is wrong with the file. */
export function readShard(text: string): Shard | { readonly malformed: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { malformed: 'JSON' }
  }
  const read = sealed.safeParse(value)
  if (!read.success) {
    const [issue] = read.error.issues
    return { malformed: issue?.path.slice(0, 5).join('.') || 'JSON' }
  }
  const { digest, ...shard } = read.data
  return digest === digestOf({ ...Object(value), digest: undefined }) ? shard : { malformed: 'digest' }
}

/** Of the contents as they stand in the file, key by key. */
function digestOf(contents: object): string {
  return createHash('sha256').update(JSON.stringify(contents)).digest('hex')
}

const whole = z.number().int().positive().max(256)
const time = z.iso.datetime({ precision: 3 })
const digits = z.string().regex(/^\d{1,20}$/)
const slug = z.custom<Slug>((value) => typeof value === 'string' && isSlug(value))
const ref = z.custom<Ref>((value) => typeof value === 'string' && isRef(value))

const why: z.ZodType<Why> = z.strictObject({
  code: z.enum([
    ...(['not-ready', 'paused', 'refused', 'rate-limited', 'timeout', 'unreachable'] as const),
    ...(['unintelligible', 'no-ref', 'unstable', 'ungathered'] as const),
  ]),
  detail: z.string(),
})
const unread = z.strictObject({ kind: z.literal('unread'), why })
const number = z.number().nonnegative().nullable()

const inside: z.ZodType<Inside> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('read'),
    identity: z.strictObject({
      systemId: digits,
      startedAt: z.string().regex(/^\d{1,12}(\.\d{1,9})?$/),
      upSeconds: z.number(),
      inRecovery: z.boolean(),
      databaseOid: digits,
    }),
    counts: z.strictObject({ musicians: number, projects: number }),
    bytes: number,
    schema: z.strictObject({
      migrations: z.array(z.strictObject({ version: z.string(), digest: z.string().nullable() })).nullable(),
      fingerprint: z.string().nullable(),
    }),
    plates: z
      .strictObject({
        rows: z.array(z.strictObject({ slug: z.string(), ref: z.string(), valid: z.boolean() })),
        excess: z.boolean(),
      })
      .nullable(),
    links: z
      .array(
        z.strictObject({
          kind: z.enum(['foreign-server', 'subscription']),
          name: z.string(),
          target: z.string().nullable(),
        }),
      )
      .nullable(),
  }),
  unread,
])

const trust: z.ZodType<Trust> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('read'),
    keys: z.array(z.string()),
    issuers: z.array(z.string()).nullable(),
  }),
  unread,
])

const sweep: z.ZodType<SweepId> = z.strictObject({
  source: z.enum(['supabase', 'sandbox']),
  api: z.string(),
  organization: z.string(),
  commit: z.string().nullable(),
  run: z.string().nullable(),
  registry: z.string(),
  deep: z.boolean(),
})

const sealed = z.strictObject({
  version: z.literal(1),
  shard: whole,
  of: whole,
  sweep,
  begunAt: time,
  endedAt: time,
  looks: z.array(z.strictObject({ slug, ref: ref.nullable(), answeredAt: time, inside, trust })),
  digest: z.string(),
})
