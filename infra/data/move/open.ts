import pLimit from 'p-limit'
import { recorded } from '../../engine/recorded.ts'
import { ControlError, hasCode } from '../../errors.ts'
import type { Identity } from '../../isolation/evidence.ts'
import { askIdentity } from '../../isolation/inside.ts'
import type { Means } from '../../isolation/means.ts'
import { targetName } from '../../provider/moved.ts'
import { publicKeysFor } from '../../provider/signature.ts'
import type { Orchestra, Ref, Slug } from '../../registry/orchestra.ts'
import type { PublicKey } from '../../registry/settings.ts'
import type { ManagementApi } from '../../supabase/client.ts'
import type { ListedProject } from '../../supabase/shapes.ts'
import { type Record, readMemory } from './memory.ts'

/** Tells what is being done; long work tells how far it is. */
export type Progress = (
  step: 'creating' | 'waiting' | 'schema' | 'rows' | 'large' | 'sums' | 'deleting',
  detail: string,
) => void

/** One orchestra's move, as it stands. */
export interface Move {
  readonly means: Means
  readonly api: ManagementApi
  readonly orchestra: Orchestra
  readonly slug: Slug
  readonly keys: readonly PublicKey[]
  /** The organization's projects as they are called now. */
  readonly projects: readonly ListedProject[]
  readonly source: Ref
  /** What the database that it moves to keeps of it; null before the first step. */
  readonly record: Record | null
  /** The other orchestras' projects, as far as they have any. */
  readonly others: readonly { readonly slug: Slug; readonly ref: Ref; readonly paused: boolean }[]
  readonly dryRun: boolean
  readonly onProgress: Progress
}

const AT_ONCE = 16
const ASLEEP = new Set(['INACTIVE', 'PAUSING', 'REMOVED', 'GOING_DOWN'])

/**
 * Finds an orchestra's move, or where it would begin. Read-only.
 * @throws ControlError `move-refused` for an orchestra without a project, and those of the API
 */
export async function openMove(
  means: Means,
  orchestra: Orchestra,
  given: Pick<Move, 'dryRun' | 'onProgress'>,
): Promise<Move> {
  const { api, registry, engine } = means
  const { slug } = orchestra
  const projects = (await api.listProjects(registry.settings.organization)).filter((one) => !one.is_branch)
  const state = await recorded(engine)
  const keys = publicKeysFor(api.target.source, registry.settings.signingKeys)
  const refOf = ({ slug, ref }: Orchestra) =>
    ref ?? state.get(slug)?.ref ?? projects.find(({ name }) => name === slug)?.ref ?? null
  const own = refOf(orchestra)
  const named = [targetName(slug), slug].flatMap((name) => projects.filter((one) => one.name === name))
  const candidates = new Set([...named.map(({ ref }) => ref), ...(own === null ? [] : [own])])
  let record: Record | null = null
  for (const ref of candidates) {
    if (projects.find((one) => one.ref === ref)?.status !== 'ACTIVE_HEALTHY') continue
    const found = await readMemory(api, slug, ref, keys)
    if (found && (record === null || record.phase === 'completed')) record = found
  }
  const source = record && record.phase !== 'completed' ? record.source : own
  if (source === null || !projects.some(({ ref }) => ref === source))
    throw refused(slug, 'no-source', source === null ? [] : [source])
  const others = registry.orchestras
    .filter((other) => other.slug !== slug)
    .flatMap((other) => {
      const ref = refOf(other)
      const status = projects.find((one) => one.ref === ref)?.status ?? ''
      return ref === null ? [] : [{ slug: other.slug, ref, paused: ASLEEP.has(status) }]
    })
  return { ...given, means, api, orchestra, slug, keys, projects, source, record, others }
}

/** The record of a move that is under way. @throws ControlError `move-refused` */
export function begun(move: Move): Record {
  if (move.record === null) throw refused(move.slug, 'not-begun', [])
  if (move.record.phase === 'completed') throw refused(move.slug, 'completed', [])
  return move.record
}

/** Which orchestras, and which databases, answer from the same server as this ref. */
export async function neighbours(move: Move, ref: Ref): Promise<readonly string[]> {
  const { api, others, slug } = move
  const own = await askIdentity(api, ref)
  const atOnce = pLimit(AT_ONCE)
  const unseen: string[] = []
  const same = await Promise.all(
    others.map((other) =>
      atOnce(async () => {
        if (other.ref === ref) return [other.slug]
        if (other.paused) return []
        try {
          return isSame(own, await askIdentity(api, other.ref)) ? [other.slug] : []
        } catch (error) {
          if (!(error instanceof ControlError) || hasCode(error, 'engine-cancelled')) throw error
          unseen.push(other.slug)
          return []
        }
      }),
    ),
  )
  if (unseen.length > 0) throw refused(slug, 'unseen', unseen)
  return same.flat()
}

export function isSame(one: Identity, other: Identity): boolean {
  return one.systemId === other.systemId && one.startedAt === other.startedAt
}

/** Whether the project is another orchestra's as well, by its file or by state. */
export function isOthers({ others }: Move, ref: Ref): boolean {
  return others.some((other) => other.ref === ref)
}

export function refused(
  slug: string,
  why: ControlError<'move-refused'>['values']['why'],
  details: readonly string[],
): ControlError<'move-refused'> {
  return new ControlError('move-refused', { slug, why, details })
}
