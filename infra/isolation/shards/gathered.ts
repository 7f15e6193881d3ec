import type { Slug } from '../../registry/slug.ts'
import type { Why } from '../evidence.ts'
import { CLOCKS_APART_MS, type Gathered } from './merge.ts'
import { shardOf } from './part.ts'

// Times within a sweep that several machines share, in seconds since its first part was begun. By what their clocks may
// be apart it is taken to have begun earlier, so that no server that started meanwhile passes for one that was there.

/** How long the sweep has been going on before this machine begins. */
export function secondsBefore(gathered: Gathered | undefined): number {
  return gathered ? secondsSince(gathered, Date.now()) : 0
}

/** When the part of this orchestra had its answer; null where it has none. */
export function secondsAt(gathered: Gathered | undefined, slug: Slug): number | null {
  const look = gathered?.looks.get(slug)
  return gathered && look ? secondsSince(gathered, Date.parse(look.answeredAt)) : null
}

/** Why an orchestra is not looked at here: its part is dark. One that no part had to know is looked at. */
export function darkness(gathered: Gathered | undefined, slug: Slug): Why | null {
  if (!gathered) return null
  const shard = shardOf(slug, gathered.of)
  return gathered.dark.has(shard) ? { code: 'ungathered', detail: `${shard}/${gathered.of}` } : null
}

function secondsSince({ begunAt }: Gathered, at: number): number {
  return (at - begunAt.getTime() + CLOCKS_APART_MS) / 1000
}
