import type { Why } from '../../../isolation/evidence.ts'
import type { Unseen } from '../../../isolation/finding.ts'

const codes: { readonly [C in Why['code']]: string } = {
  'not-ready': 'inte färdig än',
  paused: 'pausad, fast ingen har sagt det i filen',
  refused: 'avvisades',
  'rate-limited': 'hindrades av anropsgränsen',
  timeout: 'inget svar i tid',
  unreachable: 'går inte att nå',
  unintelligible: 'svaret gick inte att förstå',
  'no-ref': 'dess ref är inte känd',
  ungathered: 'dess del av underlaget kan inte användas',
  unstable: 'servern startade om gång på gång',
}

/** Why something could not be told, as the end of a sentence. */
export function why({ code, detail }: Why): string {
  return detail === '' ? codes[code] : `${codes[code]} (${detail})`
}

export const unseen: { readonly [U in Unseen]: string } = {
  project: 'Supabase-projektet',
  database: 'Databasen',
  nameplate: 'Namnskylten',
  links: 'Länkarna till andra databaser',
  trust: 'Signeringsnycklarna',
  state: 'Tillståndet',
  challenge: 'Låsen',
}
