import type { Why } from '../../../isolation/evidence.ts'
import type { Unseen } from '../../../isolation/finding.ts'

const codes: { readonly [C in Why['code']]: string } = {
  'not-ready': 'not ready yet',
  paused: 'paused, though nobody declared it',
  refused: 'refused',
  'rate-limited': 'held up by the rate limit',
  timeout: 'no answer in time',
  unreachable: 'out of reach',
  unintelligible: 'the answer was not understood',
  'no-ref': 'its ref is not known',
  ungathered: 'its part of the evidence cannot be used',
  unstable: 'the server kept restarting',
}

/** Why something could not be told, as the end of a sentence. */
export function why({ code, detail }: Why): string {
  return detail === '' ? codes[code] : `${codes[code]} (${detail})`
}

export const unseen: { readonly [U in Unseen]: string } = {
  project: 'The project',
  database: 'The database',
  nameplate: 'The nameplate',
  links: 'The links to other databases',
  trust: 'The signing keys',
  state: 'The state',
  challenge: 'The locks',
}
