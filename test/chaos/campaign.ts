import { pass, passesOf, record } from './boundaries.ts'
import { newTally, toldOf } from './case.ts'
import { seedOf } from './random.ts'
import { KILLED } from './run.ts'
import { schedule } from './schedules.ts'

export interface Campaign {
  readonly seed: number
  /** How many random schedules. */
  readonly runs: number
  /** The first of them, to repeat one. */
  readonly from: number
  /** Worlds at once. */
  readonly lanes: number
  /** `all`: every boundary; `none`; else so many passes through the story, or those after `=`, as `=7` or `=0-99`. */
  readonly boundaries: string
}

/** Runs a campaign and tells of it; 1 when something did not hold. */
export async function campaign({ seed, runs, from, lanes, boundaries }: Campaign): Promise<0 | 1> {
  const recording = await record()
  const calls = recording.flatMap((counts) => [...counts.values()]).reduce((sum, one) => sum + one, 0)
  const names = new Set(recording.flatMap((counts) => [...counts.keys()]))
  const passes = passesOf(recording)
  console.log(`the undisturbed story crosses ${calls} boundaries, of ${names.size} kinds`)
  const tally = newTally()
  let failed = 0
  const tell = (what: string, command: string, wrongs: readonly string[]) => {
    if (wrongs.length === 0) return
    failed += 1
    console.log(`\nFAILED ${what}\n${wrongs.join('\n')}\nagain: npm run chaos -- ${command}\n`)
  }
  process.on('unhandledRejection', (reason: unknown) => {
    // what a killed run leaves behind is nobody's
    if (reason instanceof Error && reason.message === KILLED) return
    failed += 1
    console.log(`FAILED: a rejection that nobody heard: ${reason instanceof Error ? reason.stack : reason}`)
  })
  const begun = process.hrtime.bigint()
  const seconds = () => Number((process.hrtime.bigint() - begun) / 1_000_000_000n)
  const chosen = chosenPasses(boundaries, passes, seed)
  await inLanes(lanes, chosen, async (index, done) => {
    tell(`pass ${index}`, `--runs 0 --boundaries =${index}`, await pass(recording, index, tally))
    if (done % 50 === 0) console.log(`${done} of ${chosen.length} passes, ${seconds()} s, ${failed} failed`)
  })
  const numbers = Array.from({ length: runs }, (_, index) => from + index)
  await inLanes(lanes, numbers, async (index, done) => {
    const own = seedOf(seed, index)
    tell(
      `schedule ${index}, seed ${own}`,
      `--seed ${seed} --from ${index} --runs 1 --boundaries none`,
      await schedule(own, recording, tally),
    )
    if (done % 50 === 0) console.log(`${done} of ${runs} schedules, ${seconds()} s, ${failed} failed`)
  })
  console.log(
    `seed ${seed}: ${chosen.length} of ${passes} passes and ${runs} schedules; ${toldOf(tally)}, ${seconds()} s: ${failed} failed`,
  )
  return failed > 0 ? 1 : 0
}

function chosenPasses(boundaries: string, passes: number, seed: number): readonly number[] {
  if (boundaries === 'none') return []
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(boundaries.replace('=', '')) ?? []
  if (boundaries.startsWith('=') && first !== undefined)
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index)
  if (boundaries === 'all') return Array.from({ length: passes }, (_, index) => index)
  const count = Number(boundaries) || 10
  return Array.from(
    { length: count },
    (_, index) => (seed * 7 + Math.floor((index * passes) / count)) % passes,
  )
}

async function inLanes(
  lanes: number,
  numbers: readonly number[],
  work: (index: number, done: number) => Promise<void>,
): Promise<void> {
  const left = [...numbers]
  let done = 0
  const lane = async () => {
    for (let index = left.shift(); index !== undefined; index = left.shift()) {
      await work(index, ++done)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, lanes) }, lane))
}
