import { publicKeysFor, signerFor } from '../../provider/signature.ts'
import { type Check, good, missing, told } from '../check.ts'
import type { Patient } from './means.ts'

/** Whether what `provision` signs would be believed. The key itself is normally not here but in `production`. */
export async function signingKey(patient: Patient): Promise<readonly Check[]> {
  const { env, registry, say } = patient
  const { names, ...words } = say.repository
  const pinned = publicKeysFor('supabase', registry.settings.signingKeys)
  if (pinned.length === 0) return [missing(words.noSigningKeyPinned)]
  const own = await told(names.signingKey, say, () => {
    signerFor(env, 'supabase', pinned)
    return good(words.signingKeyHere)
  })
  return [good(words.signingKeyPinned(pinned.length)), ...(env.CONTROL_SIGNING_KEY ? [own] : [])]
}
