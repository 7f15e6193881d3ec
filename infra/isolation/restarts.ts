import pLimit from 'p-limit'
import { IDENTITIES_AT_ONCE, leastPatienceSeconds } from '../registry/plan.ts'
import type { Ref } from '../registry/ref.ts'
import type { ManagementApi } from '../supabase/client.ts'
import type { Evidence, Identity, Why } from './evidence.ts'
import { askIdentity } from './inside.ts'
import { whyOf } from './why.ts'

const ROUNDS = 3

/** One orchestra's evidence, and when it was taken. */
export interface Looked {
  readonly one: Evidence
  /** When its answer was there, counted from the beginning of the sweep. */
  readonly secondsIntoSweep: number
}

/**
 * System identifiers of servers that started while the sweep was going on, by their own clock. One such
 * server may have answered twice under two start times, so its whole lineage has to be asked again.
 */
export function restarted(looked: readonly Looked[]): ReadonlySet<string> {
  return new Set(
    looked.flatMap(({ one, secondsIntoSweep }) =>
      one.inside.kind === 'read' && one.inside.identity.upSeconds <= secondsIntoSweep
        ? [one.inside.identity.systemId]
        : [],
    ),
  )
}

/**
 * Asks the suspects again until no server restarts meanwhile; if that does not come to be, they are unread. So is
 * whoever is not asked in time: an API that hangs must not keep a watch beyond its job, which then tells nobody.
 */
export async function settle(
  api: ManagementApi,
  orchestras: readonly Evidence[],
  suspects: ReadonlySet<string>,
  patienceSeconds = leastPatienceSeconds(orchestras.length),
): Promise<readonly Evidence[]> {
  const refs = new Set(
    orchestras.flatMap((one) =>
      one.ref && one.inside.kind === 'read' && suspects.has(one.inside.identity.systemId) ? [one.ref] : [],
    ),
  )
  const atOnce = pLimit(IDENTITIES_AT_ONCE)
  const until = performance.now() + patienceSeconds * 1000
  const late: Why = { code: 'timeout', detail: `${patienceSeconds} s` }
  const ask = (ref: Ref) => (performance.now() > until ? late : identityOrWhy(api, ref))
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now()
    const answers = await Promise.all(
      [...refs].map((ref) =>
        atOnce(async () => [ref, await ask(ref), (performance.now() - begun) / 1000] as const),
      ),
    )
    const stable = answers.every(([, answer, seconds]) => 'code' in answer || answer.upSeconds > seconds)
    if (stable) return replaced(orchestras, new Map(answers.map(([ref, answer]) => [ref, answer])))
  }
  return replaced(orchestras, new Map([...refs].map((ref) => [ref, { code: 'unstable', detail: '' }])))
}

async function identityOrWhy(api: ManagementApi, ref: Ref): Promise<Identity | Why> {
  try {
    return await askIdentity(api, ref)
  } catch (error) {
    return whyOf(error)
  }
}

function replaced(
  orchestras: readonly Evidence[],
  answers: ReadonlyMap<Ref, Identity | Why>,
): readonly Evidence[] {
  return orchestras.map((one) => {
    const answer = one.ref && answers.get(one.ref)
    if (!answer || one.inside.kind !== 'read') return one
    return 'code' in answer
      ? { ...one, inside: { kind: 'unread', why: answer } }
      : { ...one, inside: { ...one.inside, identity: answer } }
  })
}
