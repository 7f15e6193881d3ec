import type { Recording } from './boundaries.ts'
import { atOnce, disturbed, type Tally, undisturbed } from './case.ts'
import { faultsOf, mayLast } from './faults.ts'
import { MISCHIEF, type Mischief } from './mischief.ts'
import { Random } from './random.ts'
import type { Plan, Planned } from './run.ts'
import { type Moment, STORY } from './story.ts'
import { World } from './world.ts'

const HOUR = 3_600_000

/** What a watch must exit with while this lasts. */
const EXITS: { readonly [M in Mischief]: 0 | 1 | 2 } = {
  ...{ rename: 0, pause: 2, delete: 2 },
  ...{ move: 1, clone: 1, share: 1, key: 1 },
}

/** What a schedule has at a moment of the story. */
interface Now {
  readonly world: World
  readonly moment: Moment
  /** Every call of the moment, and how often. */
  readonly known: ReadonlyMap<string, number>
  readonly random: Random
  readonly tally: Tally
  /** What was done so far, for people. */
  readonly log: string[]
}

/**
 * One random life of a fleet: at each moment, up to two runs with up to three faults each, clocks that are off, two runs
 * at once, a state that was torn, or somebody who interferes; then a run that nothing is done to.
 */
export async function schedule(seed: number, recording: Recording, tally: Tally): Promise<readonly string[]> {
  const random = new Random(seed)
  const world = await World.open()
  const log: string[] = []
  try {
    for (const [at, moment] of STORY.entries()) {
      await moment.before(world)
      const wrongs: string[] = []
      const now = { world, moment, known: recording[at] ?? new Map(), random, tally, log }
      for (let tries = random.below(3); tries > 0; tries--) {
        wrongs.push(...(await trouble(now)))
        if (wrongs.length > 0) break
      }
      if (wrongs.length === 0) wrongs.push(...(await undisturbed(world, moment, tally)))
      if (wrongs.length > 0) return [...wrongs, `before: ${log.join('; ')}`]
    }
    return []
  } finally {
    await world.close()
  }
}

async function trouble(now: Now): Promise<readonly string[]> {
  const { world, moment, random, tally } = now
  const kind = random.below(10)
  if (kind === 0) return twoAtOnce(now)
  if (kind === 1) return tornState(now)
  const calm = world.mischief === null && world.episodes === 0 && world.owners.has('canto')
  if (kind <= 3 && calm) return interference(now)
  return disturbed(world, moment, planned(now), tally)
}

function planned({ known, random, log, moment }: Now): Plan {
  const faults = Array.from({ length: 1 + random.below(3) }, (): Planned => {
    const boundary = random.pick([...known.keys()])
    const fault = random.pick(faultsOf(boundary))
    const nth = 1 + random.below(known.get(boundary) ?? 1)
    return { boundary, nth, fault, lasting: mayLast(fault) && random.chance(0.4) }
  })
  const jumpMs = random.chance(0.2) ? Math.round((random.next() - 0.5) * 24 * HOUR) : 0
  log.push(
    `${moment.name}: ${faults.map(told).join(' + ')}${jumpMs === 0 ? '' : `, clock ${Math.round(jumpMs / 60_000)} min`}`,
  )
  return { faults, ...(jumpMs === 0 ? {} : { jumpMs }) }
}

function told({ boundary, nth, fault, lasting }: Planned): string {
  return `${fault} at ${boundary} #${nth}${lasting ? ' and on' : ''}`
}

async function twoAtOnce(now: Now): Promise<readonly string[]> {
  const { world, moment, random, tally, log } = now
  const second = random.chance(0.5) ? planned(now) : { faults: [] }
  log.push(`${moment.name}: two at once`)
  return atOnce(world, moment, [{ faults: [] }, second], tally)
}

/** Unreadable state is said, and changes nothing; a person takes it away, and it is found again. */
async function tornState({ world, moment, tally, log }: Now): Promise<readonly string[]> {
  log.push(`${moment.name}: state torn`)
  await world.tearState()
  const before = world.platform.projects.length
  const wrongs = [...(await disturbed(world, moment, { faults: [] }, tally))]
  if (world.platform.projects.length > before) wrongs.push(`${moment.name}: created with a torn state`)
  await world.loseState()
  return wrongs
}

/** Somebody does something to a project in the middle of a run; the next watch tells, until it is undone. */
async function interference({ world, moment, known, random, tally, log }: Now): Promise<readonly string[]> {
  const what = random.pick(MISCHIEF)
  const [slug, other] = random.pick([
    ['alto', 'canto'],
    ['canto', 'alto'],
    ['basso', 'canto'],
  ] as const)
  // the name is all that finds a project whose state is lost
  if (what === 'rename' && !(await world.recorded()).get(slug)?.ref) return []
  const calls = [...known.values()].reduce((sum, one) => sum + one, 0)
  const at = 1 + random.below(calls)
  log.push(`${moment.name}: ${what} ${slug} at call ${at}`)
  const happen = () => {
    if (world.mischief === null) world.misbehave(what, slug, other)
  }
  const wrongs = [...(await disturbed(world, moment, { faults: [], event: { at, happen } }, tally))]
  happen()
  const watch: Moment = {
    name: `${moment.name}, with ${what}`,
    before: () => {},
    command: 'watch',
    code: EXITS[what],
  }
  // a run that was under way may have mended it: it wakes what sleeps
  if (what !== 'pause' || !world.apart) wrongs.push(...(await undisturbed(world, watch, tally)))
  if (random.chance(0.5))
    wrongs.push(...(await disturbed(world, { ...watch, command: 'provision' }, { faults: [] }, tally)))
  world.mend()
  wrongs.push(...(await undisturbed(world, { ...watch, name: `${watch.name} undone`, code: 0 }, tally)))
  return wrongs
}
