import { ControlError } from '../errors.ts'
import type { Catalogue } from '../report/language/catalogue.ts'
import { sayError } from '../report/language/say.ts'
import type { GitHub } from '../watch/github.ts'
import { type Check, exitCodeOf, lineOf } from './check.ts'
import { inspectRepository } from './repository.ts'

/**
 * Shows what the repository lacks, and with `apply` makes it so. Both look with the same eyes, and what is right is
 * not touched: it may run again at any time. What cannot be made keeps the rest from nothing.
 */
export async function bootstrap(
  github: GitHub,
  say: Catalogue,
  { apply, print }: { readonly apply: boolean; readonly print: (text: string) => void },
): Promise<0 | 1 | 2> {
  const words = say.repository.bootstrap
  const show = (checks: readonly Check[]) => {
    for (const check of checks) print(lineOf(check, say))
  }
  const checks = await inspectRepository(github, say)
  show(checks)
  const [todo, byHand] = [
    checks.filter(mendable),
    checks.filter(({ state, mend }) => state === 'missing' && !mend),
  ]
  if (byHand.length > 0) print(`\n${words.byHand(byHand.length)}`)
  if (todo.length === 0) print(`\n${words.nothing}`)
  if (todo.length === 0) return exitCodeOf(checks)
  if (!apply) {
    print(`\n${words.wouldDo(todo.length)}`)
    return exitCodeOf(checks)
  }
  print('')
  for (const { text, mend } of todo) {
    print(words.doing(text))
    try {
      await mend()
    } catch (error) {
      if (!(error instanceof ControlError)) throw error
      const { message, wayOut } = sayError(say, error)
      print(lineOf({ state: 'missing', text: message, wayOut }, say))
    }
  }
  print(`\n${words.after}`)
  const after = await inspectRepository(github, say)
  show(after)
  return exitCodeOf(after)
}

function mendable(check: Check): check is Check & Required<Pick<Check, 'mend'>> {
  return check.state === 'missing' && check.mend !== undefined
}
