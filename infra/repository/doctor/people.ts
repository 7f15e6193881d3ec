import { z } from 'zod'
import { orNull } from '../../errors.ts'
import type { GitHub } from '../../watch/github.ts'
import { type Check, good, missing, told, warning } from '../check.ts'
import type { Patient } from './means.ts'

const permissionShape = z.object({ permission: z.string() })

/** Whether those who are called at night can be: GitHub assigns an incident only to whom the repository is open. */
export async function superadmins(github: GitHub, { registry, say }: Patient): Promise<Check> {
  const { names, ...words } = say.repository
  const { superadmins: logins } = registry.settings
  if (logins.length === 0) return warning(words.noSuperadmins)
  return told(names.superadmins, say, async () => {
    const strangers: string[] = []
    for (const username of logins) {
      const path = '/repos/{owner}/{repo}/collaborators/{username}/permission'
      const found = await orNull(github.read(path, { username }, permissionShape))
      if (found === null || found.permission === 'none') strangers.push(username)
    }
    return strangers.length > 0
      ? missing(words.superadminsUnknown(strangers))
      : good(words.superadmins(logins))
  })
}
