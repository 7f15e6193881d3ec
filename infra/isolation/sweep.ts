import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import { MIGRATIONS_FOLDER } from '../registry/migrations/migration.ts'
import type { Ref, Slug } from '../registry/orchestra.ts'
import type { Registry } from '../registry/registry.ts'
import { challenge } from './challenge.ts'
import type { Evidence, Moment, Recorded, Why, World } from './evidence.ts'
import { judge } from './judge.ts'
import { type Listing, listProjects } from './listing.ts'
import { type Eyes, lookAgain, observe, refusedToAnswer } from './look.ts'
import { pendingOf } from './pending.ts'
import { type Looked, restarted, settle } from './restarts.ts'

const AT_ONCE = 32

/** No look is begun later than this after the list: an API that answers nothing must not keep a watch for hours. */
const PATIENCE_SECONDS = 60
const PATIENCE_SECONDS_EACH = 0.05
const SECOND_LOOK_MS = 1_500

/** What the Pulumi state records of each orchestra, or why it could not be read; null without any state. */
export type RecordedState =
  | ReadonlyMap<
      string,
      {
        readonly ref: Ref | null
        readonly finished: boolean /** Its announced end. */
        readonly retiring?: Ref
      }
    >
  | { readonly unread: Why }
  | null

export interface Sweep extends Omit<Eyes, 'settings'> {
  readonly registry: Registry
  readonly recorded: RecordedState
  /** Ref by slug as last published, retired ones left out; null without a ledger. */
  readonly ledger: ReadonlyMap<string, string> | null
  /** Whose each ref is or once was, as last published, those of ended orchestras with them. */
  readonly owners?: ReadonlyMap<string, Slug>
  readonly moment: Moment
  /** Who was held back by the apply before. */
  readonly held?: ReadonlySet<Slug>
  readonly onSeen?: (done: number, of: number) => void
  readonly patienceSeconds?: number
}

/**
 * Looks at every orchestra once. When all is well: one list call per 100 projects, one statement and one
 * public key set per orchestra. What cannot be seen becomes evidence of not seeing; only a fault of our own throws.
 */
export async function sweep(input: Sweep): Promise<World> {
  const { registry, recorded } = input
  const eyes: Eyes = { ...input, settings: registry.settings }
  const listed = listProjects(input.api, registry.settings.organization)
  const looked = await lookAtAll(input, eyes, listed)
  const suspects = restarted(looked)
  const seen = looked.map(({ one }) => one)
  const orchestras = suspects.size > 0 ? await settle(input.api, seen, suspects) : seen
  const listing = await listed
  const world: World = {
    moment: input.moment,
    orchestras,
    strangers: strangersIn(listing, orchestras, recorded, input.owners),
    pending: pendingOf(orchestras, input.moment, input.ledger, input.held ?? new Set()),
    unreadFiles: unreadFiles(registry),
    unlisted: listing.kind === 'unread' ? listing.why : null,
    undeclared: undeclaredIn(registry, recorded),
    ledger: input.ledger,
    allow: registry.settings.allow,
    migrations: registry.migrations?.map(({ version }) => version) ?? null,
    canary: registry.settings.canary,
  }
  return challenged(world, input)
}

/** Everyone once, and, after a moment, those whose database refused to answer once more. */
async function lookAtAll(input: Sweep, eyes: Eyes, listed: Promise<Listing>): Promise<readonly Looked[]> {
  const { orchestras } = input.registry
  const begun = performance.now()
  const atOnce = pLimit(AT_ONCE)
  const seconds = input.patienceSeconds ?? PATIENCE_SECONDS + PATIENCE_SECONDS_EACH * orchestras.length
  const since = () => (performance.now() - begun) / 1000
  let done = 0
  const looked = await Promise.all(
    orchestras.map((orchestra) =>
      atOnce(async () => {
        const late = since() > seconds ? { code: 'timeout' as const, detail: `${seconds} s` } : null
        const one = await observe(eyes, listed, orchestra, recordedOf(input.recorded, orchestra.slug), late)
        input.onSeen?.(++done, orchestras.length)
        return { one, secondsIntoSweep: since() }
      }),
    ),
  )
  if (!looked.some(({ one }) => refusedToAnswer(one)) || since() > seconds) return looked
  await sleep(SECOND_LOOK_MS)
  return Promise.all(
    looked.map((first) =>
      refusedToAnswer(first.one)
        ? atOnce(async () => ({ one: await lookAgain(eyes, first.one), secondsIntoSweep: since() }))
        : first,
    ),
  )
}

function recordedOf(state: RecordedState, slug: Slug): Recorded {
  if (state === null) return { kind: 'absent' }
  if ('unread' in state) return { kind: 'unread', why: state.unread }
  const found = state.get(slug)
  return found?.ref ? { kind: 'recorded', ref: found.ref, finished: found.finished } : { kind: 'none' }
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
  owners: Sweep['owners'],
): World['strangers'] {
  if (listing.kind === 'unread') return []
  const known = new Set<string>(orchestras.flatMap((one) => one.ref ?? []))
  if (recorded && !('unread' in recorded)) for (const { ref } of recorded.values()) if (ref) known.add(ref)
  return listing.projects
    .filter((project) => !project.is_branch && !known.has(project.ref))
    .map(({ ref, name, status }) => ({ ref, name, status, was: owners?.get(ref) }))
}

/** A migration claims no database, whatever is wrong with it. */
function unreadFiles(registry: Registry): readonly string[] {
  const sound = new Set(registry.orchestras.map((one) => one.at.file))
  return [...new Set(registry.problems.map((problem) => problem.file))].filter(
    (file) => !sound.has(file) && !file.startsWith(MIGRATIONS_FOLDER),
  )
}

function undeclaredIn(registry: Registry, recorded: RecordedState): World['undeclared'] {
  if (!recorded || 'unread' in recorded) return []
  const declared = new Set<string>(registry.orchestras.map((one) => one.slug))
  return [...recorded].flatMap(([slug, { ref, retiring }]) =>
    ref && !declared.has(slug) ? [{ slug, ref, announced: retiring === ref }] : [],
  )
}
