import { forget } from '../../engine/forget.ts'
import { challenge } from '../../isolation/challenge.ts'
import { askIdentity } from '../../isolation/inside.ts'
import { movedName } from '../../provider/moved.ts'
import { inspect } from '../../provider/nameplate.ts'
import type { Ref } from '../../registry/ref.ts'
import { type Proposal, proposal } from './file.ts'
import { enterPhase, type Record } from './memory.ts'
import { begun, isOthers, isSame, type Move, refused } from './open.ts'
import { type Verified, verify } from './verify.ts'

export interface Switched {
  readonly verified: Verified
  /** How projects are called from now on. */
  readonly names: readonly { readonly ref: Ref; readonly name: string }[]
  /** What the orchestra's file must say; null when it is right as it is. */
  readonly file: Proposal | null
}

/**
 * Makes the target the orchestra's project: by its name, and by forgetting the old one in state, so that the next
 * apply finds the new one, judges it by its nameplate, proves it and publishes it. Verified first, and refused on any
 * difference.
 * @throws ControlError `move-refused`: `not-copied`, `differs`, `target-shared`, `target-unproven`; and those of the API
 */
export async function switchOver(move: Move): Promise<Switched> {
  const { api, slug } = move
  const record = begun(move)
  if (!['copied', 'switching', 'switched'].includes(record.phase)) throw refused(slug, 'not-copied', [])
  const verified = record.phase === 'copied' ? await mustBeVerified(move) : NOTHING_LEFT
  await mustStandAlone(move, record)
  const names = [
    // a project that other orchestras have, too, keeps its name
    ...(isOthers(move, record.source) ? [] : [{ ref: record.source, name: movedName(slug) }]),
    { ref: record.target, name: slug },
  ]
  const file = await proposal(move, record.source, record.target)
  if (move.dryRun) return { verified, names, file }
  if (record.phase === 'copied') await enterPhase(api, record, ['copied'], 'switching')
  await rename(move, names)
  await forget(move.means.engine, slug)
  if (record.phase !== 'switched') await enterPhase(api, record, ['switching'], 'switched')
  return { verified, names, file }
}

const NOTHING_LEFT: Verified = { equal: true, lines: [], faults: [] }

async function mustBeVerified(move: Move): Promise<Verified> {
  const verified = await verify(move)
  if (verified.equal) return verified
  throw refused(move.slug, 'differs', differing(verified))
}

/** What a person has to look at. */
export function differing({ lines, faults }: Verified): readonly string[] {
  return [
    ...lines
      .filter(({ equal, changed }) => !equal || changed)
      .map(({ name, source, target }) => `${name}: ${source} / ${target}`),
    ...faults.map(({ kind, name }) => `${kind} ${name}`),
  ]
}

/** The target answers from a server of its own, by what it says of itself and by a lock held through each. */
async function mustStandAlone(move: Move, { target, source }: Record): Promise<void> {
  const { api, slug, others, keys } = move
  const { own } = await inspect(api, { slug, ref: target }, keys, 'known')
  if (!own) throw refused(slug, 'target-unproven', [target])
  const asleep = new Set(others.filter(({ paused }) => paused).map(({ ref }) => ref))
  const refs = [...new Set([source, ...others.map(({ ref }) => ref)])].filter(
    (ref) => ref !== target && !asleep.has(ref),
  )
  const mine = await askIdentity(api, target)
  const identities = await Promise.all(refs.map((ref) => askIdentity(api, ref)))
  const same = refs.filter((_, n) => {
    const identity = identities[n]
    return identity !== undefined && isSame(mine, identity)
  })
  if (same.length > 0) throw refused(slug, 'target-shared', same)
  const seen = (await challenge(api, [target, ...refs])).get(target)
  if (!seen || seen.unasked.includes(target)) throw refused(slug, 'target-unproven', [target])
  if (seen.seenThrough.length > 0) throw refused(slug, 'target-shared', seen.seenThrough)
}

/** One after the other: names are unique, so the one that is in the way goes first. */
export async function rename(
  { api, projects, slug }: Move,
  names: readonly { readonly ref: Ref; readonly name: string }[],
): Promise<void> {
  for (const { ref, name } of names) {
    const holder = projects.find((project) => project.name === name)
    const inTheWay = holder && holder.ref !== ref && !names.some((one) => one.ref === holder.ref)
    if (inTheWay) throw refused(slug, 'name-taken', [`${name} (${holder.ref})`])
  }
  for (const { ref, name } of names) {
    if (projects.find((project) => project.ref === ref)?.name !== name) await api.renameProject(ref, name)
  }
}
