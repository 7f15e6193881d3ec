import type { Place, Problem, RuleValues } from '../problem.ts'

type Kind = RuleValues['secret-in-file']['kind']

/** Each part is bounded: whoever writes the file must not be able to make the search slow. */
const SECRETS: readonly (readonly [Kind, RegExp])[] = [
  ['password', /:\/\/[^\s:@/]{0,200}:(?!\[?YOUR-PASSWORD\]?@)[^\s@]{1,200}@/gi],
  ['password', /[?&\s]password=[^\s&]{1,200}/gi],
  ['token', /\bsbp_[0-9a-z]{20,100}/gi],
  ['secret-key', /\bsb_secret_[\w-]{10,100}/g],
  ['secret-key', /\beyJ[\w-]{10,400}\.eyJ[\w-]{10,2000}\.[\w-]{10,400}/g],
  ['private-key', /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/g],
]

/** Secrets anywhere in a file, comments included: what is once in git must be changed. */
export function secretsIn(text: string, placeOf: (offset: number) => Place): Problem[] {
  return SECRETS.flatMap(([kind, pattern]) =>
    [...text.matchAll(pattern)].map(
      ({ index }): Problem => ({ ...placeOf(index), rule: 'secret-in-file', values: { kind } }),
    ),
  )
}
