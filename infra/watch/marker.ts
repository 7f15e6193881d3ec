import { createHash } from 'node:crypto'
import { z } from 'zod'

/** breach: isolation is broken. inconclusive: for longer than promised nobody could tell. */
export type Kind = 'breach' | 'inconclusive'

/** What an incident remembers between runs. It stands in its own body, unseen, and nowhere else. */
export interface Memory {
  /** When it was first seen: the clock of the data protection authority starts here. */
  readonly since: string
  /** The findings' ids of the last time, as many as fit. */
  readonly findings: readonly string[]
  /** Of all of them, so that a change is seen where not all fit. */
  readonly fingerprint: string
  /** The slugs of whom a breach concerns, until each is proven; null where they are not told or do not fit. */
  readonly orchestras: readonly string[] | null
  /** How often the findings have changed. */
  readonly changes: number
  /** When and why it ended; null while it stands. */
  readonly ended: { readonly at: string; readonly why: 'proof' | 'duplicate' } | null
  /** The run that saw it first. */
  readonly run: string | null
  /** Logins that are still to be assigned. */
  readonly unassigned: readonly string[]
  /** Addresses that are still to be told of the last opening or closing. */
  readonly untold: readonly string[]
}

const MOST_REMEMBERED = 60
/** In characters of JSON: some hundreds of slugs, beside all else that is remembered. */
const MOST_OF_ORCHESTRAS = 8_000
const MARKER =
  /^<!-- orchestra-control-plane:incident kind=(breach|inconclusive) memory=([\w-]{1,40000}) -->\r?\n/

const texts = z.array(z.string().max(1_000)).max(1_000)
const memoryShape: z.ZodType<Memory> = z.object({
  since: z.iso.datetime(),
  findings: texts,
  fingerprint: z.string(),
  // Bodies that were written before it was remembered have none.
  orchestras: texts.nullable().default(null),
  changes: z.int().nonnegative(),
  ended: z.object({ at: z.iso.datetime(), why: z.enum(['proof', 'duplicate']) }).nullable(),
  run: z.string().max(500).nullable(),
  unassigned: texts,
  untold: texts,
})

/** A body as it is written: what is remembered first, so that no cut takes it away. */
export function withMarker(kind: Kind, memory: Memory, text: string): string {
  const encoded = Buffer.from(JSON.stringify(memory)).toString('base64url')
  return `<!-- orchestra-control-plane:incident kind=${kind} memory=${encoded} -->\n${text}`
}

/** What a body holds, or null when it bears no marker that can be read. */
export function readMarker(body: string): { kind: Kind; memory: Memory; text: string } | null {
  const [whole, kind, encoded] = MARKER.exec(body) ?? []
  if (whole === undefined || encoded === undefined) return null
  const memory = memoryShape.safeParse(jsonIn(Buffer.from(encoded, 'base64url').toString('utf8')))
  if (!memory.success) return null
  return {
    kind: kind === 'breach' ? 'breach' : 'inconclusive',
    memory: memory.data,
    text: body.slice(whole.length),
  }
}

/** The findings as an incident remembers them. */
export function remembered(ids: readonly string[]): Pick<Memory, 'findings' | 'fingerprint'> {
  const sorted = [...new Set(ids)].sort()
  return {
    findings: sorted.slice(0, MOST_REMEMBERED).map((id) => id.slice(0, 120)),
    fingerprint: createHash('sha256').update(sorted.join('\n')).digest('base64url'),
  }
}

/** The orchestras concerned as an incident remembers them: all of them or, where they are too many, none. */
export function rememberedOrchestras(slugs: Iterable<string>): Pick<Memory, 'orchestras'> {
  const sorted = [...new Set(slugs)].sort()
  return { orchestras: JSON.stringify(sorted).length <= MOST_OF_ORCHESTRAS ? sorted : null }
}

/** The first line of a comment that is made once: before it is made again, it is looked for. */
export function commentMarker(key: string): string {
  return `<!-- orchestra-control-plane:comment ${createHash('sha256').update(key).digest('hex').slice(0, 16)} -->`
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
