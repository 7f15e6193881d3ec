import { createHash } from 'node:crypto'
import { MOST_SHARDS } from '../../registry/plan.ts'

/** One of several parts, from 1. */
export interface Part {
  readonly shard: number
  readonly of: number
}

/** `3/8`, as test runners write it; null for anything else. */
export function readPart(text: string): Part | null {
  const [, shard, of] = /^([1-9]\d{0,2})\/([1-9]\d{0,2})$/.exec(text)?.map(Number) ?? []
  if (shard === undefined || of === undefined || shard > of || of > MOST_SHARDS) return null
  return { shard, of }
}

/** In which part an orchestra is looked at: by its slug alone, so that no other's coming or going moves it. */
export function shardOf(slug: string, of: number): number {
  return (createHash('sha256').update(slug).digest().readUInt32BE() % of) + 1
}
