import { setTimeout as sleep } from 'node:timers/promises'
import { MIGRATIONS_FOLDER } from '../registry/migrations/migration.ts'
import type { Ref, Slug } from '../registry/orchestra.ts'
import { leastPatienceSeconds, patienceSeconds } from '../registry/plan.ts'
import type { Registry } from '../registry/registry.ts'
import { challenge } from './challenge.ts'
import { each } from './each.ts'
import type { Evidence, Moment, Recorded, Why, World } from './evidence.ts'
import { gate } from './gate.ts'
import { judge } from './judge.ts'
import { type Listing, listProjects } from './listing.ts'
import { type Eyes, lookAgain, observe, refusedToAnswer } from './look.ts'
import { pendingOf } from './pending.ts'
import { type Looked, restarted, settle } from './restarts.ts'
import { darkness, secondsAt, secondsBefore } from './shards/gathered.ts'
import type { Gathered } from './shards/merge.ts'

const SECOND_LOOK_MS = 1_500

/** What the Pulumi state records of each orchestra, or why it could not be read; null without any state. */
export type RecordedState =
  | ReadonlyMap<
      string,
      {
        readonly ref: Ref | null
        readonly finished: boolean
        /** Its announced end. */
        readonly retiring?: Ref
      }
    >
  | { readonly unread: Why }
  | null

export interface Sweep extends Omit<Eyes, 'settings' | 'gates'> {
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
  /** What other machines have seen: only what they could not know is looked at here. */
  readonly gathered?: Gathered
  /** No look is begun later, and no call kept back longer by a rate limit. */
  readonly patienceSeconds?: number
}

/**
 * Looks at every orchestra once. When all is well: one list call per 100 projects, one statement and one
 * public key set per orchestra. What cannot be seen becomes evidence of not seeing; only a fault of our own throws.
 */
export async function sweep(given: Sweep): Promise<World> {
  const { registry, recorded, gathered } = given
  const seconds = given.patienceSeconds ?? patienceOf(given)
  const input = { ...given, ...patient(given, seconds) }
  const gates = { inside: gate(seconds), trust: gate(seconds) }
  const eyes: Eyes = { ...input, gates, settings: registry.settings }
  const listed = listProjects(input.api, registry.settings.organization)
  const looked = await lookAtAll(input, eyes, listed, seconds)
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
    unusable: gathered?.unusable ?? [],
    undeclared: undeclaredIn(registry, recorded),
    ledger: input.ledger,
    allow: registry.settings.allow,
    migrations: registry.migrations?.map(({ version }) => version) ?? null,
    canary: registry.settings.canary,
  }
  return challenged(world, input)
}

/** Everyone once, and, after a moment, those whose database refused to answer once more. */
async function lookAtAll(
  { registry, recorded, gathered, onSeen }: Sweep,
  eyes: Eyes,
  listed: Promise<Listing>,
  seconds: number,
): Promise<readonly Looked[]> {
  const begun = performance.now()
  const since = () => (performance.now() - begun) / 1000
  const before = secondsBefore(gathered)
  const looked = await each(
    registry.orchestras,
    async (orchestra) => {
      const { slug } = orchestra
      const seen = gathered?.looks.get(slug)
      const blind = darkness(gathered, slug)
      const one = await observe(eyes, listed, orchestra, recordedOf(recorded, slug), blind, seen)
      const answered = seen && one.inside === seen.inside ? secondsAt(gathered, slug) : null
      return { one, secondsIntoSweep: answered ?? before + since() }
    },
    onSeen,
  )
  if (!looked.some(({ one }) => refusedToAnswer(one)) || since() > seconds) return looked
  await sleep(SECOND_LOOK_MS)
  return Promise.all(
    looked.map(async (first) =>
      refusedToAnswer(first.one)
        ? { one: await lookAgain(eyes, first.one), secondsIntoSweep: before + since() }
        : first,
    ),
  )
}

/** A watch waits as long as its promise allows; an apply is not kept waiting by a rate limit. */
function patienceOf({ registry: { orchestras, settings }, moment }: Sweep): number {
  const count = orchestras.length
  return moment === 'between'
    ? patienceSeconds({ orchestras: count, promiseMinutes: settings.promiseMinutes })
    : leastPatienceSeconds(count)
}

/** What is asked with, patient between applies alone. */
function patient({ api, publicKeys, moment }: Sweep, seconds: number): Pick<Sweep, 'api' | 'publicKeys'> {
  if (moment !== 'between') return { api, publicKeys }
  const until = performance.now() + seconds * 1000
  return { api: api.patientUntil(until), publicKeys: publicKeys.patientUntil(until) }
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

/** A migration claims no database, whatever is wrong with it, and a promise that cannot be kept hides none. */
function unreadFiles(registry: Registry): readonly string[] {
  const sound = new Set(registry.orchestras.map((one) => one.at.file))
  const problems = registry.problems.filter(({ rule }) => rule !== 'promise-unkeepable')
  return [...new Set(problems.map((problem) => problem.file))].filter(
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
