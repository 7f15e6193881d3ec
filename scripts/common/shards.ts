import { basename, dirname, join } from 'node:path'
import { ControlError } from '../../infra/errors.ts'
import type { Means } from '../../infra/isolation/means.ts'
import { writeShard } from '../../infra/isolation/shards/file.ts'
import { gather } from '../../infra/isolation/shards/gather.ts'
import { type Gathered, mergeShards } from '../../infra/isolation/shards/merge.ts'
import { type Part, readPart } from '../../infra/isolation/shards/part.ts'
import { readShardFiles } from '../../infra/isolation/shards/read.ts'
import { sweepId } from '../../infra/isolation/shards/sweep-id.ts'
import { planSweep, unkeepable } from '../../infra/registry/plan.ts'
import type { Registry } from '../../infra/registry/registry.ts'
import type { Context } from './command.ts'
import { keepText, tellSeen } from './outcome.ts'

/** What a run of the verifier is asked to do besides the whole at once. */
export function askedFor({ options, say }: Context): { readonly part: Part | null } {
  const { shard, merge, plan, evidence, json } = options
  const refuse = (detail: string) => new ControlError('bad-usage', { detail })
  const { usage } = say.plan
  const given = Object.entries({ '--plan': plan, '--shard': shard, '--merge': merge })
  const [one, other] = given.flatMap(([flag, value]) => (value === undefined ? [] : [flag]))
  if (one !== undefined && other !== undefined) throw refuse(usage.together(one, other))
  if (shard !== undefined && json) throw refuse(usage.together('--shard', '--json'))
  if (evidence !== undefined && shard === undefined) throw refuse(usage.evidence)
  if (shard === undefined) return { part: null }
  const part = readPart(shard)
  if (part === null) throw refuse(usage.shard(shard))
  return { part }
}

/** Looks at one part and writes down what was seen; whatever that is, it is for the merge to judge. */
export async function gatherPart(context: Context, means: Means, part: Part): Promise<void> {
  const { options, say, print } = context
  const shard = await gather(means, part, { deep: options.deep === true, onSeen: tellSeen(context) })
  const text = writeShard(shard)
  const name = join('shards', `${part.shard}-of-${part.of}.json`)
  const file =
    options.evidence === undefined
      ? await keepText(options.state, name, text)
      : await keepText(dirname(options.evidence), basename(options.evidence), text)
  print(say.plan.gathered(shard.looks.length, means.registry.orchestras.length, file))
}

/** What the parts hold that `--merge` names; undefined without it. @throws ControlError `file-failed` */
export async function gatheredBy({ options }: Context, means: Means): Promise<Gathered | undefined> {
  if (options.merge === undefined) return undefined
  const { registry, api, engine } = means
  return mergeShards(await readShardFiles(options.merge), {
    sweep: sweepId(registry, api.target, engine.env, options.deep === true),
    shards: registry.settings.shards,
    declared: registry.orchestras.map(({ slug }) => slug),
    now: new Date(),
  })
}

/** The promise of the settings, when so many machines cannot keep it; null when they can. */
export function brokenPromise(
  { orchestras, settings: { promiseMinutes } }: Pick<Registry, 'orchestras' | 'settings'>,
  shards: number,
): ControlError<'promise-unkeepable'> | null {
  const plan = planSweep({ orchestras: orchestras.length, shards, promiseMinutes })
  return plan.keepsPromise ? null : new ControlError('promise-unkeepable', unkeepable(plan))
}
