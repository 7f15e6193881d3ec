import { recorded } from '../engine/recorded.ts'
import { hasCode } from '../errors.ts'
import type { Moment, World } from '../isolation/evidence.ts'
import { type Judgement, judge } from '../isolation/judge.ts'
import { type RecordedState, sweep } from '../isolation/sweep.ts'
import { publicKeysFor } from '../provider/signature.ts'
import type { Slug } from '../registry/orchestra.ts'
import type { Means } from './means.ts'

/** A sweep and what it came to. It is a proof in the strict sense only when the verdict is `isolated`. */
export interface Proof {
  readonly world: World
  readonly judgement: Judgement
  readonly at: Date
}

export interface ProofOptions {
  readonly deep?: boolean
  readonly held?: ReadonlySet<Slug>
  readonly onSeen?: (done: number, of: number) => void
}

/** Looks at every orchestra and judges. Changes nothing. */
export async function prove(means: Means, moment: Moment, options: ProofOptions = {}): Promise<Proof> {
  const { registry, api, publicKeys, ledger } = means
  const { source } = api.target
  const world = await sweep({
    registry,
    api,
    publicKeys,
    recorded: await recordedState(means),
    ledger:
      ledger && new Map(ledger.orchestras.filter((one) => !one.retired).map(({ slug, ref }) => [slug, ref])),
    pinned: publicKeysFor(source, registry.settings.signingKeys),
    deep: options.deep ?? false,
    moment,
    ...(options.held ? { held: options.held } : {}),
    ...(options.onSeen ? { onSeen: options.onSeen } : {}),
  })
  return { world, judgement: judge(world), at: new Date() }
}

async function recordedState({ engine }: Means): Promise<RecordedState> {
  try {
    const state = await recorded(engine)
    return state.size === 0 ? null : state
  } catch (error) {
    if (!hasCode(error, 'state-unreadable')) throw error
    return { unread: { code: 'unintelligible', detail: error.values.detail } }
  }
}
