import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { z } from 'zod'
import type { Faults } from './faults.ts'
import type { Fleet } from './fleet.ts'
import type { Limits } from './limits.ts'
import type { CallLog } from './log.ts'
import type { Project, Store } from './state.ts'
import type { Doors } from './surface/doors.ts'
import type { Caller } from './surface/keys.ts'

/** An answer other than success, as Supabase words it: a status and a message. */
export class ApiError extends Error {
  readonly status: ContentfulStatusCode

  constructor(status: ContentfulStatusCode, message: string) {
    super(message)
    this.status = status
  }
}

/** What every route may use. */
export type Room = {
  readonly store: Store
  readonly fleet: Fleet
  readonly doors: Doors
  readonly limits: Limits
  readonly faults: Faults
  readonly log: CallLog
  readonly organization: string
  /** As it was announced; the issuers of the projects' tokens begin with it. */
  readonly apiUrl: string
  readonly provisioningMs: number
  readonly closing: AbortSignal
}

export type Env = {
  Bindings: HttpBindings
  Variables: { cluster: string | null; caller?: Caller }
}

/** The body as the schema wants it, or 400 with what is wrong. */
export async function bodyOf<T>(c: Context<Env>, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text()
  let json: unknown
  try {
    json = JSON.parse(text === '' ? '{}' : text)
  } catch (error) {
    throw new ApiError(400, error instanceof Error ? error.message : 'Invalid JSON')
  }
  return accepted(schema, json)
}

/** The value as the schema wants it, or 400 with what is wrong. */
export function accepted<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const wrong = parsed.error.issues.map(({ path, message }) =>
    path.length ? `${path.join('.')}: ${message}` : message,
  )
  throw new ApiError(400, wrong.join('; '))
}

/** The project that the path names: 400 if that is no ref, 404 if nobody has it. */
export function projectOf(c: Context<Env>, room: Room): Project {
  const ref = c.req.param('ref') ?? ''
  if (!/^[a-z]{20}$/.test(ref)) throw new ApiError(400, 'ref: must be 20 lowercase letters')
  return known(room, ref)
}

export function known(room: Room, ref: string): Project {
  const project = room.store.find(ref)
  if (!project) throw new ApiError(404, 'Project not found')
  return project
}

/** Aborts when whoever asks goes away before the answer is out. */
export function goneSignal(c: Context<Env>): AbortSignal {
  const gone = new AbortController()
  const { outgoing } = c.env
  const check = () => {
    if (!outgoing.writableFinished) gone.abort()
  }
  if (outgoing.destroyed) check()
  else outgoing.once('close', check)
  return gone.signal
}
