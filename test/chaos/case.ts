import { standing, wrongsAfter, wrongsAfterRest } from './examine.ts'
import type { Plan } from './run.ts'
import type { Moment } from './story.ts'
import type { World } from './world.ts'

/** What a campaign has seen; `wrongs` says what did not hold, each with where. */
export interface Tally {
  runs: number
  faults: number
  kills: number
  readonly kinds: Map<string, number>
}

export function newTally(): Tally {
  return { runs: 0, faults: 0, kills: 0, kinds: new Map() }
}

/** One run with what goes wrong in it, and what that did that must not be. */
export async function disturbed(
  world: World,
  moment: Moment,
  plan: Plan,
  tally: Tally,
): Promise<readonly string[]> {
  return atOnce(world, moment, [plan], tally)
}

/** Runs at the same time, judged when all have ended: what is seen after one of them may be another's work. */
export async function atOnce(
  world: World,
  moment: Moment,
  plans: readonly Plan[],
  tally: Tally,
): Promise<readonly string[]> {
  const before = await standing(world)
  const all = await Promise.all(plans.map((plan) => world.run(moment.command, plan)))
  const wrongs: string[] = []
  for (const ended of all) {
    note(tally, ended.run.struck, ended.code === null)
    const others = all.filter((one) => one !== ended)
    const struck = ended.run.struck.join(' and ') || 'nothing'
    for (const wrong of await wrongsAfter(world, before, ended, others))
      wrongs.push(`${moment.name}, ${struck}: ${wrong}\n${tail(ended.said)}`)
  }
  return wrongs
}

/** The next run, to which nothing is done: it must end right. */
export async function undisturbed(world: World, moment: Moment, tally: Tally): Promise<readonly string[]> {
  const before = await standing(world)
  const ended = await world.run(moment.command)
  tally.runs += 1
  const wrongs = [
    ...(await wrongsAfter(world, before, ended)),
    ...(await wrongsAfterRest(world, moment.command, moment.code, ended)),
  ]
  return wrongs.map((wrong) => `${moment.name}, afterwards: ${wrong}\n${tail(ended.said)}`)
}

export function note(tally: Tally, struck: readonly string[], killed: boolean): void {
  tally.runs += 1
  tally.faults += struck.length
  if (killed) tally.kills += 1
  for (const one of struck) {
    const kind = one.replace(/ at .*/, '')
    tally.kinds.set(kind, (tally.kinds.get(kind) ?? 0) + 1)
  }
}

export function tail(said: string): string {
  const lines = said.split('\n')
  return lines.slice(0, 12).join('\n') + (lines.length > 12 ? `\n… ${lines.at(-1)}` : '')
}

export function toldOf({ runs, faults, kills, kinds }: Tally): string {
  const each = [...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => `${kind} ${count}`)
  return `${runs} runs, ${faults} faults (${each.join(', ')}), ${kills} killed`
}
