import { randomBytes } from 'node:crypto'
import { ControlError } from '../../errors.ts'
import { newPassword } from '../../provider/password.ts'
import type { Ref } from '../../registry/ref.ts'
import type { Settings } from '../../registry/settings.ts'
import type { Catalogue } from '../../report/language/catalogue.ts'
import type { RepositoryWords } from '../../report/language/repository-words.ts'
import { answerTo, askBoth, askPaused, type Seen } from './facts.ts'
import { deleteProject, type Hands, named, statusOf } from './throwaway.ts'

/** What a real organization showed, what could not be deleted of what was made for it, and what ended it early. */
export interface Lived {
  readonly seen: Seen
  readonly left: readonly string[]
  readonly error: ControlError | null
}

/**
 * Makes two projects, asks them what nobody has confirmed, and deletes them, whatever happens between. Only what bears
 * a name that this very run made up is ever deleted.
 */
export async function live(
  hands: Hands,
  { defaults }: Pick<Settings, 'defaults'>,
  { repository: { live: say } }: Catalogue,
  note: (text: string) => void,
): Promise<Lived> {
  const stem = `doctor-${randomBytes(6).toString('hex')}`
  const names = [`${stem}-a`, `${stem}-b`] as const
  const seen: Seen = {}
  const create = async (name: string) => {
    note(say.creating(name))
    const { organization } = hands
    return hands.api.createProject({ organization, name, ...defaults, password: newPassword() })
  }
  const made: Ref[] = []
  const left: string[] = []
  let error: ControlError | null = null
  try {
    const began = Date.now()
    const first = (await create(names[0])).ref
    made.push(first)
    const second = (await create(names[1])).ref
    made.push(second)
    seen.duplicateName = await answerTo(async () => {
      const again = await create(names[0])
      made.push(again.ref)
      return again
    })
    const states = [
      await statusOf(hands, first, ['ACTIVE_HEALTHY', 'INIT_FAILED']),
      await statusOf(hands, second, ['ACTIVE_HEALTHY', 'INIT_FAILED']),
    ]
    seen.comingUp = `${states.join(', ')}: ${Math.round((Date.now() - began) / 1000)} s`
    Object.assign(seen, await askBoth(hands, first, second))
    seen.pausedQuery = await askPaused(hands, second)
  } catch (thrown) {
    if (!(thrown instanceof ControlError)) throw thrown
    error = thrown
  } finally {
    left.push(...(await cleanUp(hands, made, names, note, say)))
  }
  return { seen, left, error }
}

/** What is ours is found by its name, too: an answer may have been lost, or a name taken twice. */
async function cleanUp(
  hands: Hands,
  made: readonly Ref[],
  names: readonly string[],
  note: (text: string) => void,
  say: RepositoryWords['live'],
): Promise<readonly string[]> {
  const found = await named(hands, names).catch(() => null)
  // With an answer lost, and no list: something by these names may be there.
  const left: string[] = found === null && made.length < names.length ? [names.join(', ')] : []
  for (const one of left) note(say.left(one))
  for (const ref of new Set([...made, ...(found ?? [])])) {
    note(say.deleting(ref))
    if (await deleteProject(hands, ref)) continue
    left.push(ref)
    note(say.left(ref))
  }
  return left
}
