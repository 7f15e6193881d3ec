import pLimit from 'p-limit'
import type { Orchestra, Ref, Slug } from '../registry/orchestra.ts'
import type { Registry } from '../registry/registry.ts'
import type { PublicKey } from '../registry/settings.ts'
import type { ManagementApi } from '../supabase/client.ts'
import type { PublicKeys } from '../supabase/jwks.ts'
import { challenge } from './challenge.ts'
import type { Evidence, Inside, Live, Moment, Recorded, Trust, Why, World } from './evidence.ts'
import { lookInside } from './inside.ts'
import { issuersOf } from './issuers.ts'
import { judge } from './judge.ts'
import { type Listing, listProjects, locate } from './listing.ts'
import { pendingOf } from './pending.ts'
import { restarted, settle } from './restarts.ts'
import { whyOf } from './why.ts'

const AT_ONCE = 32

/** What the Pulumi state records of each orchestra, or why it could not be read; null without any state. */
export type RecordedState =
  | ReadonlyMap<string, { readonly ref: Ref | null; readonly finished: boolean }>
  | { readonly unread: Why }
  | null

export interface Sweep {
  readonly api: ManagementApi
  readonly publicKeys: PublicKeys
  readonly registry: Registry
  readonly recorded: RecordedState
  /** Ref by slug as last published, retired ones left out; null without a ledger. */
  readonly ledger: ReadonlyMap<string, string> | null
  /** Keys whose signatures on nameplates are honoured. */
  readonly pinned: readonly PublicKey[]
  /** Third-party issuers and the active challenge for all, not only on suspicion. */
  readonly deep: boolean
  readonly moment: Moment
  /** Who was held back by the apply before. */
  readonly held?: ReadonlySet<Slug>
  readonly onSeen?: (done: number, of: number) => void
}

/**
 * Looks at every orchestra once. When all is well: one list call per 100 projects, one statement and one
 * public key set per orchestra. What cannot be seen becomes evidence of not seeing; only a fault of our own throws.
 */
export async function sweep(input: Sweep): Promise<World> {
  const { registry, recorded } = input
  const begun = performance.now()
  const listing = await listProjects(input.api, registry.settings.organization)
  const atOnce = pLimit(AT_ONCE)
  let done = 0
  const looked = await Promise.all(
    registry.orchestras.map((orchestra) =>
      atOnce(async () => {
        const one = await observe(input, listing, orchestra)
        input.onSeen?.(++done, registry.orchestras.length)
        return { one, secondsIntoSweep: (performance.now() - begun) / 1000 }
      }),
    ),
  )
  const suspects = restarted(looked)
  const orchestras =
    suspects.size > 0
      ? await settle(
          input.api,
          looked.map(({ one }) => one),
          suspects,
        )
      : looked.map(({ one }) => one)
  const world: World = {
    moment: input.moment,
    orchestras,
    strangers: strangersIn(listing, orchestras, recorded),
    pending: pendingOf(orchestras, input.moment, input.ledger, input.held ?? new Set()),
    unreadFiles: unreadFiles(registry),
    unlisted: listing.kind === 'unread' ? listing.why : null,
    undeclared: undeclaredIn(registry, recorded),
    ledger: input.ledger,
    allow: registry.settings.allow,
  }
  return challenged(world, input)
}

async function observe(input: Sweep, listing: Listing, orchestra: Orchestra): Promise<Evidence> {
  const { slug, name, region, paused } = orchestra
  const recorded = recordedOf(input.recorded, slug)
  const { ref, live } = await locate(input.api, listing, {
    slug,
    ref: orchestra.ref ?? (recorded.kind === 'recorded' ? recorded.ref : null),
    organization: input.registry.settings.organization,
  })
  const [inside, trust] = await Promise.all([insideOf(input, ref, live), trustOf(input, ref, live)])
  return {
    slug,
    name,
    declared: { ref: orchestra.ref, region, paused },
    recorded,
    live,
    ref,
    inside,
    trust,
    challenge: null,
  }
}

function recordedOf(state: RecordedState, slug: Slug): Recorded {
  if (state === null) return { kind: 'absent' }
  if ('unread' in state) return { kind: 'unread', why: state.unread }
  const found = state.get(slug)
  return found?.ref ? { kind: 'recorded', ref: found.ref, finished: found.finished } : { kind: 'none' }
}

async function insideOf(input: Sweep, ref: Ref | null, live: Live): Promise<Inside> {
  const why = notAskable(ref, live)
  if (why || ref === null) return { kind: 'unread', why: why ?? NO_REF }
  return lookInside(input.api, ref, input.registry.settings, input.pinned)
}

async function trustOf(input: Sweep, ref: Ref | null, live: Live): Promise<Trust> {
  const why = notAskable(ref, live)
  if (why || ref === null) return { kind: 'unread', why: why ?? NO_REF }
  try {
    const [keys, issuers] = await Promise.all([
      input.publicKeys.thumbprints(ref),
      input.deep ? input.api.thirdPartyAuth(ref).then(issuersOf) : null,
    ])
    return { kind: 'read', keys, issuers }
  } catch (error) {
    return { kind: 'unread', why: whyOf(error) }
  }
}

const NO_REF: Why = { code: 'no-ref', detail: '' }

/** Projects answer for themselves only while they are up; where the API could not say, they are asked anyway. */
function notAskable(ref: Ref | null, live: Live): Why | null {
  if (ref === null) return NO_REF
  if (live.kind === 'none' || live.kind === 'elsewhere') return { code: 'refused', detail: live.kind }
  if (live.kind === 'unread' || live.status.startsWith('ACTIVE')) return null
  return { code: live.status === 'INACTIVE' ? 'paused' : 'not-ready', detail: live.status }
}

/** The challenge is for all with `deep`, else for those whom a finding of sharing names. */
async function challenged(world: World, input: Sweep): Promise<World> {
  const suspected = new Set(
    judge(world)
      .findings.filter(({ code }) => code === 'shared-server' || code === 'foreign-nameplate')
      .flatMap(({ slugs }) => slugs),
  )
  const refs = world.orchestras
    .filter((one) => one.inside.kind === 'read' && (input.deep || suspected.has(one.slug)))
    .flatMap((one) => one.ref ?? [])
  if (new Set(refs).size < 2) return world
  const challenges = await challenge(input.api, [...new Set(refs)])
  return {
    ...world,
    orchestras: world.orchestras.map((one) => ({
      ...one,
      challenge: (one.ref && challenges.get(one.ref)) || null,
    })),
  }
}

function strangersIn(
  listing: Listing,
  orchestras: readonly Evidence[],
  recorded: RecordedState,
): World['strangers'] {
  if (listing.kind === 'unread') return []
  const known = new Set<string>(orchestras.flatMap((one) => one.ref ?? []))
  if (recorded && !('unread' in recorded)) for (const { ref } of recorded.values()) if (ref) known.add(ref)
  return listing.projects
    .filter((project) => !project.is_branch && !known.has(project.ref))
    .map(({ ref, name, status }) => ({ ref, name, status }))
}

function unreadFiles(registry: Registry): readonly string[] {
  const sound = new Set(registry.orchestras.map((one) => one.at.file))
  return [...new Set(registry.problems.map((problem) => problem.file))].filter((file) => !sound.has(file))
}

function undeclaredIn(registry: Registry, recorded: RecordedState): World['undeclared'] {
  if (!recorded || 'unread' in recorded) return []
  const declared = new Set<string>(registry.orchestras.map((one) => one.slug))
  return [...recorded].flatMap(([slug, { ref }]) => (ref && !declared.has(slug) ? [{ slug, ref }] : []))
}
