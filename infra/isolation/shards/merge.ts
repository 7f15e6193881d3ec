import type { Slug } from '../../registry/slug.ts'
import type { ShardFault, UnusableShard } from './faults.ts'
import { readShard, type Shard, type ShardLook, type SweepId } from './file.ts'
import { shardOf } from './part.ts'

/** A part is of the sweep before when it was begun earlier than this: the watch has looked again since. */
const OLD_MS = 60 * 60_000
/** How far the clocks of two machines may be apart. */
export const CLOCKS_APART_MS = 120_000

/** What other machines have seen, and which parts of it are not believed. */
export interface Gathered {
  readonly of: number
  /** When the first of the parts was begun. */
  readonly begunAt: Date
  readonly looks: ReadonlyMap<Slug, ShardLook>
  readonly unusable: readonly UnusableShard[]
  /** Parts that nothing is known of. */
  readonly dark: ReadonlySet<number>
}

/** One file that was handed over, by its own name. */
export interface ShardFile {
  readonly name: string
  readonly text: string
}

export interface Expected {
  readonly sweep: SweepId
  /** Of how many parts, where the files do not tell. */
  readonly shards: number
  /** Who is declared: each must have been looked at by its part. */
  readonly declared: readonly Slug[]
  readonly now: Date
}

/**
 * Puts the parts of a sweep together. A part is believed when there is one file of it, whole, of this very sweep and
 * not old; whatever else lies there is named and left aside, so that a part without a sound file stays dark.
 */
export function mergeShards(files: readonly ShardFile[], expected: Expected): Gathered {
  const read = files.map(({ name, text }) => ({ name, shard: readShard(text) }))
  const whole = read.flatMap(({ name, shard }) => ('malformed' in shard ? [] : [{ name, shard }]))
  const of = countOf(
    whole.map(({ shard }) => shard.of),
    expected.shards,
  )
  const unusable: UnusableShard[] = read.flatMap(({ name, shard }) =>
    'malformed' in shard ? [{ shard: null, of, file: name, why: 'malformed', detail: shard.malformed }] : [],
  )
  const sound = new Map<number, Shard>()
  for (const [number, parts] of Map.groupBy(whole, ({ shard }) => shard.shard)) {
    const faulty = parts.flatMap(({ name, shard }) => {
      const fault = faultOf(shard, of, expected)
      return fault ? [{ shard: number, of: shard.of, file: name, why: fault[0], detail: fault[1] }] : []
    })
    unusable.push(...faulty)
    const [first, ...more] = parts.filter(({ name }) => !faulty.some(({ file }) => file === name))
    if (first && more.length === 0) sound.set(number, first.shard)
    if (first && more.length > 0) {
      const names = [first, ...more].map(({ name }) => name).join(', ')
      unusable.push({ shard: number, of, file: null, why: 'doubled', detail: names })
    }
  }
  const numbers = Array.from({ length: of }, (_, index) => index + 1)
  const named = new Set(unusable.flatMap((one) => (one.of === of ? (one.shard ?? []) : [])))
  for (const shard of numbers.filter((number) => !sound.has(number) && !named.has(number)))
    unusable.push({ shard, of, file: null, why: 'missing', detail: '' })
  const used = [...sound.values()]
  return {
    of,
    begunAt: new Date(Math.min(expected.now.getTime(), ...used.map(({ begunAt }) => Date.parse(begunAt)))),
    looks: new Map(used.flatMap(({ looks }) => looks.map((look) => [look.slug, look]))),
    unusable,
    dark: new Set(numbers.filter((number) => !sound.has(number))),
  }
}

/** Into how many parts the sweep was divided: what most files say, and where they say nothing, the settings. */
function countOf(told: readonly number[], settings: number): number {
  const votes = [...Map.groupBy(told, (of) => of)].map(([of, all]) => ({ of, votes: all.length }))
  const weight = (one: { of: number; votes: number }) => one.votes * 2 + (one.of === settings ? 1 : 0)
  const [first] = votes.toSorted((a, b) => weight(b) - weight(a) || a.of - b.of)
  return first?.of ?? settings
}

function faultOf(
  { shard, of, sweep, begunAt, endedAt, looks }: Shard,
  expectedOf: number,
  { sweep: own, declared, now }: Expected,
): readonly [ShardFault, string] | null {
  if (of !== expectedOf) return ['count', `${of}`]
  if (shard > of) return ['malformed', 'shard']
  if (sweep.source !== own.source || sweep.api !== own.api) return ['source', `${sweep.source} ${sweep.api}`]
  if (sweep.organization !== own.organization) return ['organization', sweep.organization]
  if (sweep.commit !== own.commit) return ['commit', sweep.commit ?? '–']
  if (sweep.run !== own.run) return ['run', sweep.run ?? '–']
  if (sweep.registry !== own.registry) return ['registry', '']
  if (sweep.deep !== own.deep) return ['depth', `${sweep.deep}`]
  const [begun, ended] = [Date.parse(begunAt), Date.parse(endedAt)]
  if (begun > now.getTime() + CLOCKS_APART_MS) return ['future', begunAt]
  if (begun < now.getTime() - OLD_MS) return ['old', begunAt]
  if (ended < begun || ended > now.getTime() + CLOCKS_APART_MS) return ['malformed', 'endedAt']
  const slugs = new Set(looks.map(({ slug }) => slug))
  const strange = looks.find(({ slug, answeredAt }) => {
    const at = Date.parse(answeredAt)
    return shardOf(slug, of) !== shard || at < begun || at > ended
  })
  if (strange) return ['malformed', strange.slug]
  if (slugs.size !== looks.length) return ['malformed', 'looks']
  const lacking = declared.find((slug) => shardOf(slug, of) === shard && !slugs.has(slug))
  return lacking === undefined ? null : ['malformed', lacking]
}
