import { type Check, missing, told } from '../check.ts'
import { inspectRepository } from '../repository.ts'
import { signingKey } from './keys.ts'
import { engine, node } from './machine.ts'
import type { Patient } from './means.ts'
import { superadmins } from './people.ts'
import { secrets } from './secrets.ts'
import { supabase } from './supabase.ts'
import { watching } from './watching.ts'

/** Looks at everything that has to be in place, and changes nothing. */
export async function examine(patient: Patient): Promise<readonly Check[]> {
  const { github, say } = patient
  const checks = [
    node(patient),
    await told(say.repository.names.engine, say, () => engine(patient)),
    ...(await supabase(patient)),
    ...(await signingKey(patient)),
  ]
  if (github === null) return [...checks, missing(say.repository.noGitHubToken)]
  return [
    ...checks,
    ...(await inspectRepository(github, say)),
    ...(await secrets(github, patient)),
    await superadmins(github, patient),
    ...(await watching(github, patient)),
  ]
}
