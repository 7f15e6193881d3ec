/** A handful of figures of one thing. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** The same rounds of two things; `ratio` is taken within each round, for another minute is another machine. */
export interface Pairs {
  readonly floor: Spread
  readonly mine: Spread
  readonly ratio: Spread
}

type Timed = () => Promise<number>

/**
 * Takes floor and work in turn, a round at a time, and every other round the other way about. Each tells its own
 * milliseconds, so that what has to be made ready is not counted.
 */
export async function inTurn(rounds: number, floor: Timed, mine: Timed): Promise<Pairs> {
  const floors: number[] = []
  const mines: number[] = []
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) floors.push(await floor())
    mines.push(await mine())
    if (round % 2 === 1) floors.push(await floor())
  }
  const ratios = mines.map((ms, round) => ms / (floors[round] ?? Number.NaN))
  return { floor: spread(floors), mine: spread(mines), ratio: spread(ratios) }
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2
  return { median, least: at(0), most: at(sorted.length - 1) }
}

/** Milliseconds that a piece of work takes in this process. */
export async function timed(work: () => unknown): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** Some kernels count a thread's time in ticks: less than this many milliseconds of it is no figure. */
const LEAST_MS = 20

/**
 * Milliseconds of this thread's processor time: for work that waits for nothing, on a machine that has other work. Done
 * again until there is enough of it to be counted.
 */
export function computed(work: () => unknown): number {
  const before = process.threadCpuUsage()
  for (let times = 1; ; times++) {
    work()
    const { user, system } = process.threadCpuUsage(before)
    const ms = (user + system) / 1000
    if (ms >= LEAST_MS) return ms / times
  }
}
