import { join } from 'node:path'
import { note, type Tally, tail } from '../case.ts'
import { standing, wrongsAfter, wrongsAfterRest } from '../examine.ts'
import { ALTO, BASSO } from '../household.ts'
import type { Plan } from '../run.ts'
import { SmallDisk } from './small-disk.ts'
import { WholeWorld } from './world.ts'

type Command = 'provision' | 'watch'

/** One thing that goes wrong with a real process in a real world, and the command that must end right afterwards. */
interface Trial {
  readonly name: string
  readonly command: Command
  readonly code: 0 | 1 | 2
  readonly trouble: (world: WholeWorld, tally: Tally) => Promise<readonly string[]>
}

/** Real worlds: the kinds of boundaries of a real apply and a real watch, and a process that is killed at each. */
export async function wholeCampaign(tally: Tally, tell: (name: string, wrongs: readonly string[]) => void) {
  const world = await WholeWorld.open()
  try {
    for (const { name, command, code, trouble } of TRIALS) {
      const wrongs = [...(await trouble(world, tally))]
      wrongs.push(...(await undisturbed(world, command, code, tally)))
      tell(name, wrongs)
    }
  } finally {
    await world.close()
  }
}

async function run(world: WholeWorld, command: Command, tally: Tally, plan: Plan = { faults: [] }) {
  const before = await standing(world)
  const ended = await world.run(command, plan)
  note(tally, ended.run.struck, ended.code === null)
  const wrongs = await wrongsAfter(world, before, ended)
  const where = ended.run.struck.join(', ') || 'no fault struck'
  return { ended, wrongs: wrongs.map((wrong) => `${command}, ${where}: ${wrong}\n${tail(ended.said)}`) }
}

async function undisturbed(world: WholeWorld, command: Command, code: 0 | 1 | 2, tally: Tally) {
  const { ended, wrongs } = await run(world, command, tally)
  const rest = await wrongsAfterRest(world, command, code, ended)
  return [...wrongs, ...rest.map((wrong) => `afterwards: ${wrong}\n${tail(ended.said)}`)]
}

/** Killed at each kind of boundary, one run after another on what the last one left, until one gets through. */
function killedEverywhere(command: Command): Trial['trouble'] {
  return async (world, tally) => {
    const wrongs: string[] = []
    const passed = new Set<string>()
    for (;;) {
      const fault = passed.size % 2 === 0 ? 'kill' : 'kill-after'
      const { ended, wrongs: found } = await run(world, command, tally, {
        faults: [],
        beyond: { passed, fault },
      })
      wrongs.push(...found)
      if (ended.run.struck.length === 0) return wrongs
    }
  }
}

/** `before`, and then killed everywhere. */
function after(before: (world: WholeWorld) => Promise<void>, command: Command): Trial['trouble'] {
  return async (world, tally) => {
    await before(world)
    return killedEverywhere(command)(world, tally)
  }
}

async function twoAtOnce(world: WholeWorld, tally: Tally): Promise<readonly string[]> {
  await world.declare('duo')
  const both = await Promise.all([run(world, 'provision', tally), run(world, 'provision', tally)])
  return both.flatMap(({ wrongs }) => wrongs)
}

async function tornState(world: WholeWorld, tally: Tally): Promise<readonly string[]> {
  await world.tearState()
  const { ended, wrongs } = await run(world, 'provision', tally)
  await world.loseState()
  return ended.code === 2 ? wrongs : [...wrongs, `a torn state ended with ${ended.code}`]
}

async function leftLock(world: WholeWorld): Promise<readonly string[]> {
  await world.leaveLock()
  return []
}

/** Room for nothing at all, for a part of the state, for all of it once. */
const LEFT = [0, 4_096, 12_288, 24_576]

async function fullDisk(world: WholeWorld, tally: Tally): Promise<readonly string[]> {
  await world.declare('ett')
  const disk = await SmallDisk.under(join(world.state, 'pulumi'))
  if (disk === null) {
    console.log('not tried: to have a disk that is full takes the right to mount one')
    return []
  }
  const wrongs: string[] = []
  try {
    for (const bytes of LEFT) {
      await disk.fill(bytes)
      const { ended, wrongs: found } = await run(world, 'provision', tally)
      tally.kinds.set('full disk', (tally.kinds.get('full disk') ?? 0) + 1)
      wrongs.push(...found)
      if (ended.code === 0 && bytes < 10_000) wrongs.push('it ended with 0 on a full disk')
      await disk.empty()
    }
  } finally {
    await disk.remove()
  }
  return wrongs
}

const nothing = async () => []

const TRIALS: readonly Trial[] = [
  { name: 'two are taken over', command: 'provision', code: 0, trouble: nothing },
  {
    ...{ name: 'one is added, and the apply killed everywhere', command: 'provision', code: 0 },
    trouble: after((world) => world.declare('canto'), 'provision'),
  },
  { name: 'a watch killed everywhere', command: 'watch', code: 0, trouble: killedEverywhere('watch') },
  { name: 'two applies at once', command: 'provision', code: 0, trouble: twoAtOnce },
  { name: 'the state torn', command: 'provision', code: 0, trouble: tornState },
  { name: 'a lock left behind', command: 'provision', code: 0, trouble: leftLock },
  { name: 'the disk full', command: 'provision', code: 0, trouble: fullDisk },
  {
    ...{ name: 'a breach, and its watch killed everywhere', command: 'watch', code: 1 },
    trouble: after((world) => world.share(BASSO, ALTO), 'watch'),
  },
  {
    ...{ name: 'one is added meanwhile, and the apply killed everywhere', command: 'provision', code: 1 },
    trouble: after((world) => world.declare('fem'), 'provision'),
  },
  {
    ...{ name: 'repaired, and the watch killed everywhere', command: 'watch', code: 0 },
    trouble: after((world) => world.share(BASSO, BASSO), 'watch'),
  },
  { name: 'who waited comes in', command: 'provision', code: 0, trouble: nothing },
  { name: 'all is well', command: 'watch', code: 0, trouble: nothing },
]
