import fc from 'fast-check'
import { judge } from '../../infra/isolation/judge.ts'
import {
  isFullySeen,
  isTrulyApart,
  isVisiblyBroken,
  type Model,
  models,
  worldOf,
} from '../isolation/worlds.ts'

/** Judges so many random worlds and holds each verdict to the truth; 1 when one was wrong. */
export function randomWorlds(count: number, seed: number): 0 | 1 {
  const verdicts = new Map<string, number>()
  const result = fc.check(
    fc.property(models, (model) => {
      const { verdict } = judge(worldOf(model))
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
      return verdict === 'isolated' ? isTrue(model) : (verdict === 'breach') === isVisiblyBroken(model)
    }),
    { numRuns: count, seed },
  )
  const each = [...verdicts].map(([verdict, times]) => `${verdict} ${times}`).toSorted()
  console.log(`${result.numRuns} random worlds, seed ${seed}: ${each.join(', ')}`)
  if (!result.failed) return 0
  console.log(`FAILED: ${JSON.stringify(result.counterexample)}, path ${result.counterexamplePath}`)
  return 1
}

/** Who must be proven was fully seen, and nothing of theirs is shared. */
function isTrue(model: Model): boolean {
  const required = model.truths.filter((truth) => !truth.paused && !truth.pending)
  return isFullySeen(model) && isTrulyApart({ ...model, truths: required }) && !isVisiblyBroken(model)
}
