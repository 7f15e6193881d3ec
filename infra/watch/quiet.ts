import type { Catalogue } from '../report/language/catalogue.ts'
import { stockholm } from '../report/language/time.ts'
import { ISOLATION } from './checks.ts'
import type { GitHub } from './github.ts'

/** How many commits of the default branch are looked through for the last check run. */
const COMMITS = 30
const MINUTE = 60_000
/** A clock may go this wrong; a proof from further in the future is none. */
const TOLERANCE = 5 * MINUTE
const EXTERNAL_ID = /^orchestra-control-plane:isolation:(proof|since)=(\S+)$/

/** When isolation was last proven; without any proof, since when the watch has been looking. */
export interface LastProof {
  readonly proof: Date | null
  readonly since: Date | null
}

/** The age of the last proof against what was promised. */
export interface Quietness {
  readonly proof: Date | null
  readonly ageMinutes: number | null
  /** The promise is broken: the last proof is too old, or there is none. */
  readonly quiet: boolean
  readonly sentence: string
}

/**
 * The last proof, as the check run `isolation` on the newest commit that has one remembers it. Each run of the
 * watch takes it along to the newest commit.
 * @throws ControlError `github-refused`, `github-unreachable`, `github-unintelligible`
 */
export async function readLastProof(github: GitHub, now: Date): Promise<LastProof> {
  for (const sha of await github.recentCommits(COMMITS)) {
    const found = (await github.checkRuns(sha, ISOLATION)).flatMap(
      ({ external_id }) => rememberedIn(external_id ?? '', now) ?? [],
    )
    const newest = found.sort((a, b) => b.at.getTime() - a.at.getTime())
    const [proof] = newest.filter(({ key }) => key === 'proof')
    const [any] = newest
    if (proof) return { proof: proof.at, since: null }
    if (any) return { proof: null, since: any.at }
  }
  return { proof: null, since: null }
}

/** Whether nobody has proven isolation for longer than was promised; without any proof, for as long as it was tried. */
export function isOverdue({ proof, since }: LastProof, promiseMinutes: number, now: Date): boolean {
  const from = proof ?? since
  return from !== null && now.getTime() - from.getTime() > promiseMinutes * MINUTE
}

/**
 * What the gate and a pull request's report say of the watch itself.
 * @throws as `readLastProof`: the caller must not take that for a fresh proof
 */
export async function readQuietness(
  github: GitHub,
  promiseMinutes: number,
  now: Date,
  { watch, words }: Catalogue,
): Promise<Quietness> {
  const { proof } = await readLastProof(github, now)
  if (proof === null) {
    return { proof, ageMinutes: null, quiet: true, sentence: watch.quiet.never(promiseMinutes) }
  }
  const ageMinutes = Math.max(0, Math.floor((now.getTime() - proof.getTime()) / MINUTE))
  const quiet = ageMinutes > promiseMinutes
  const at = stockholm(proof.toISOString(), words.language)
  const sentence = quiet
    ? watch.quiet.overdue(at, ageMinutes, promiseMinutes)
    : watch.quiet.fresh(at, ageMinutes)
  return { proof, ageMinutes, quiet, sentence }
}

function rememberedIn(externalId: string, now: Date): { key: 'proof' | 'since'; at: Date } | null {
  const [, key, text] = EXTERNAL_ID.exec(externalId) ?? []
  const at = new Date(text ?? '')
  if (Number.isNaN(at.getTime()) || at.getTime() > now.getTime() + TOLERANCE) return null
  return { key: key === 'proof' ? 'proof' : 'since', at }
}
