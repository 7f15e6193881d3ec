import { type RecordedProject, recorded } from '../engine/recorded.ts'
import { hasCode } from '../errors.ts'
import { publicKeysFor } from '../provider/signature.ts'
import type { Slug } from '../registry/orchestra.ts'
import type { Registry } from '../registry/registry.ts'
import type { Moment, Why, World } from './evidence.ts'
import { type Judgement, judge } from './judge.ts'
import { type Leaving, lookAtHeld } from './leaving.ts'
import type { Means } from './means.ts'
import type { Gathered } from './shards/merge.ts'
import { type RecordedState, sweep } from './sweep.ts'

/** A sweep and what it came to. It is a proof in the strict sense only when the verdict is `isolated`. */
export interface Proof {
  readonly world: World
  readonly judgement: Judgement
  /** When it was over; of one that several machines made, when the first of them began. */
  readonly at: Date
}

export interface ProofOptions {
  readonly deep?: boolean
  readonly held?: ReadonlySet<Slug>
  /** Whose files are gone after their end was announced: they are looked at until their database is gone, too. */
  readonly leaving?: readonly Leaving[]
  /** What other machines have seen. */
  readonly gathered?: Gathered
  readonly onSeen?: (done: number, of: number) => void
}

/** Who is looked at, and what state says of them. */
export interface Subjects {
  readonly registry: Registry
  readonly recorded: RecordedState
}

/** Looks at every orchestra and judges. Changes nothing. */
export async function prove(means: Means, moment: Moment, options: ProofOptions = {}): Promise<Proof> {
  const { api, publicKeys, ledger } = means
  const { source } = api.target
  const { leaving = moment === 'between' ? null : [], held, gathered, onSeen } = options
  const { registry, recorded } = await subjects(means, leaving)
  const world = await sweep({
    ...{ registry, api, publicKeys, recorded },
    ledger:
      ledger && new Map(ledger.orchestras.filter((one) => !one.retired).map(({ slug, ref }) => [slug, ref])),
    owners: new Map(
      ledger?.orchestras.flatMap(({ slug, ref, former = [] }) => [ref, ...former].map((one) => [one, slug])),
    ),
    pinned: publicKeysFor(source, registry.settings.signingKeys),
    deep: options.deep ?? false,
    moment,
    ...(held ? { held } : {}),
    ...(gathered ? { gathered } : {}),
    ...(onSeen ? { onSeen } : {}),
  })
  return { world, judgement: judge(world), at: gathered?.begunAt ?? new Date() }
}

/** The declared, and those who are leaving; null: those whose announced end is held, as state has it. */
export async function subjects(means: Means, given: readonly Leaving[] | null): Promise<Subjects> {
  const { registry } = means
  const state = await stateOf(means)
  const leaving = given ?? ('unread' in state ? [] : await lookAtHeld(means, state))
  const orchestras = [...registry.orchestras, ...leaving.flatMap(({ orchestra }) => orchestra ?? [])]
  return { registry: { ...registry, orchestras }, recorded: withoutGone(state, leaving) }
}

type ReadState = ReadonlyMap<Slug, RecordedProject> | { readonly unread: Why }

async function stateOf({ engine }: Means): Promise<ReadState> {
  try {
    return await recorded(engine)
  } catch (error) {
    if (!hasCode(error, 'state-unreadable')) throw error
    return { unread: { code: 'unintelligible', detail: error.values.detail } }
  }
}

function withoutGone(state: ReadState, leaving: readonly Leaving[]): RecordedState {
  if ('unread' in state) return state
  const gone = new Set(leaving.flatMap(({ slug, orchestra }) => (orchestra === null ? [slug] : [])))
  const left = new Map([...state].filter(([slug]) => !gone.has(slug)))
  return left.size === 0 ? null : left
}
