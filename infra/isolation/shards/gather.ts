import { publicKeysFor } from '../../provider/signature.ts'
import type { Orchestra, Ref, Slug } from '../../registry/orchestra.ts'
import { patienceSeconds } from '../../registry/plan.ts'
import { isRef } from '../../registry/ref.ts'
import { each } from '../each.ts'
import { gate } from '../gate.ts'
import { lookAt, NO_REF, unseen } from '../look.ts'
import type { Means } from '../means.ts'
import { subjects } from '../proof.ts'
import type { RecordedState } from '../sweep.ts'
import type { Shard, ShardLook } from './file.ts'
import { type Part, shardOf } from './part.ts'
import { sweepId } from './sweep-id.ts'

export interface GatherOptions {
  readonly deep: boolean
  readonly onSeen?: (done: number, of: number) => void
}

/**
 * Looks at one part of the orchestras, each through the ref that is known of it without asking anyone. Lists nothing and
 * judges nothing: whose databases they are, and all that takes two to be seen, is the merge's to say.
 * @throws ControlError those of the engine, when state cannot be asked at all
 */
export async function gather(means: Means, part: Part, { deep, onSeen }: GatherOptions): Promise<Shard> {
  const { api, publicKeys, engine } = means
  const { settings } = means.registry
  const begunAt = new Date()
  const { registry, recorded } = await subjects(means, null)
  const own = registry.orchestras.filter(({ slug }) => shardOf(slug, part.of) === part.shard)
  const { promiseMinutes } = settings
  const seconds = patienceSeconds({ orchestras: own.length, promiseMinutes })
  const until = performance.now() + seconds * 1000
  const pinned = publicKeysFor(api.target.source, settings.signingKeys)
  const patient = { api: api.patientUntil(until), publicKeys: publicKeys.patientUntil(until) }
  const gates = { inside: gate(seconds), trust: gate(seconds) }
  const eyes = { ...patient, settings, pinned, deep, gates }
  const published = new Map(means.ledger?.orchestras.map(({ slug, ref }) => [slug, ref]))
  const looks = await each(
    own,
    async (orchestra): Promise<ShardLook> => {
      const ref = refOf(orchestra, recorded, published)
      const sight = ref ? await lookAt(eyes, ref) : unseen(NO_REF)
      return { slug: orchestra.slug, ref, answeredAt: new Date().toISOString(), ...sight }
    },
    onSeen,
  )
  return {
    ...{ version: 1, ...part, sweep: sweepId(means.registry, api.target, engine.env, deep) },
    ...{ begunAt: begunAt.toISOString(), endedAt: new Date().toISOString(), looks },
  }
}

/** Where to look. What was last published is a hint: the merge takes the answer only if the ref is the right one. */
function refOf(
  { slug, ref }: Orchestra,
  recorded: RecordedState,
  published: ReadonlyMap<Slug, string>,
): Ref | null {
  const state = recorded && !('unread' in recorded) ? recorded.get(slug)?.ref : null
  const hint = published.get(slug)
  return ref ?? state ?? (hint !== undefined && isRef(hint) ? hint : null)
}
