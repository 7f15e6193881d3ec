import type { Evidence, World } from './evidence.ts'
import type { FindingCode, Observation, Severity } from './finding.ts'

/**
 * One rule: a pure function over what was seen, and a plant: a change to a healthy world that it must catch.
 * What it means and the way out stand in the language catalogue, under the same code.
 */
export interface Rule<C extends FindingCode> {
  readonly code: C
  readonly severity: Severity
  readonly judge: (world: World) => readonly Observation<C>[]
  readonly plant: (healthy: World) => World
}

/** A world in which the evidence of the orchestra at `index` is changed. */
export function withEvidence(
  world: World,
  index: number,
  change: (of: Evidence) => Partial<Evidence>,
): World {
  return {
    ...world,
    orchestras: world.orchestras.map((one, at) => (at === index ? { ...one, ...change(one) } : one)),
  }
}

/** Groups of two or more that share a key, in the order of their first member. Mostly there are none: made for that. */
export function sharing<T>(
  items: readonly T[],
  keysOf: (item: T) => readonly string[],
): [string, readonly T[]][] {
  const first = new Map<string, T>()
  const groups = new Map<string, T[]>()
  for (const item of items) {
    for (const key of keysOf(item)) {
      const owner = first.get(key)
      if (owner === undefined) first.set(key, item)
      else if (owner !== item) {
        const group = groups.get(key)
        if (!group) groups.set(key, [owner, item])
        else if (group.at(-1) !== item) group.push(item)
      }
    }
  }
  if (groups.size === 0) return []
  return [...first.keys()].flatMap((key): [string, readonly T[]][] => {
    const group = groups.get(key)
    return group ? [[key, group]] : []
  })
}
