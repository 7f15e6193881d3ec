import type { Progress } from '../../infra/data/move/open.ts'
import type { Context } from './command.ts'

const AT_MOST_EVERY_MS = 2_000

/** Progress of a move in words, now and then: a table's rows come in many batches. */
export function tellMove({ say, note }: Context): Progress {
  const { progress } = say.move
  let last = 0
  let before = ''
  return (step, detail) => {
    const now = Date.now()
    if (step === before && now - last < AT_MOST_EVERY_MS) return
    last = now
    before = step
    const word = progress[step]
    note(typeof word === 'string' ? word : word(detail))
  }
}
