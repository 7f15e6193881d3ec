import { disturbed, type Tally, undisturbed } from './case.ts'
import { faultsOf, mayLast } from './faults.ts'
import type { Planned } from './run.ts'
import { STORY } from './story.ts'
import { World } from './world.ts'

/** Every call of the undisturbed story that crosses a boundary, moment by moment: its name, and how often. */
export type Recording = readonly ReadonlyMap<string, number>[]

/** @throws Error when the undisturbed story itself does not end right */
export async function record(): Promise<Recording> {
  const world = await World.open()
  const all: Map<string, number>[] = []
  try {
    for (const moment of STORY) {
      await moment.before(world)
      const ended = await world.run(moment.command)
      if (ended.code !== moment.code)
        throw new Error(`${moment.name}: ${ended.code}\n${ended.crash}\n${ended.said}`)
      const counts = new Map<string, number>()
      for (const one of ended.run.reached) counts.set(one, (counts.get(one) ?? 0) + 1)
      all.push(counts)
    }
  } finally {
    await world.close()
  }
  return all
}

/** Every fault at every call of a moment: once, and, where a place can have it, from then on. */
export function casesOf(counts: ReadonlyMap<string, number>): readonly Planned[] {
  return [...counts].flatMap(([boundary, count]) =>
    Array.from({ length: count }, (_, index) => index + 1).flatMap((nth) =>
      faultsOf(boundary).flatMap((fault): Planned[] => [
        { boundary, nth, fault, lasting: false },
        ...(mayLast(fault) ? [{ boundary, nth, fault, lasting: true }] : []),
      ]),
    ),
  )
}

/**
 * One pass through the story: at each moment the n-th of its cases, then a run that nothing is done to. A pass ends
 * where something did not hold: what follows would only say it again.
 */
export async function pass(recording: Recording, index: number, tally: Tally): Promise<readonly string[]> {
  const world = await World.open()
  try {
    for (const [at, moment] of STORY.entries()) {
      await moment.before(world)
      const planned = casesOf(recording[at] ?? new Map())[index]
      const wrongs = [
        ...(planned ? await disturbed(world, moment, { faults: [planned] }, tally) : []),
        ...(await undisturbed(world, moment, tally)),
      ]
      if (wrongs.length > 0) return wrongs
    }
    return []
  } finally {
    await world.close()
  }
}

export function passesOf(recording: Recording): number {
  return Math.max(...recording.map((counts) => casesOf(counts).length))
}
