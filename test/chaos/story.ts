import type { Command, World } from './world.ts'

/** A moment in the life of a fleet: what happens before it, the command, and what that must exit with. */
export interface Moment {
  readonly name: string
  readonly before: (world: World) => Promise<void> | void
  readonly command: Command
  readonly code: 0 | 1 | 2
}

const nothing = () => {}

/** From two orchestras that exist, over one that is added and a breach, to one that had to wait. */
export const STORY: readonly Moment[] = [
  { name: 'two are taken over', before: nothing, command: 'provision', code: 0 },
  { name: 'the first watch', before: nothing, command: 'watch', code: 0 },
  { name: 'a third is added', before: (world) => world.declare('canto'), command: 'provision', code: 0 },
  { name: 'an hour later', before: nothing, command: 'watch', code: 0 },
  {
    name: 'a breach is found',
    before: (world) => world.misbehave('share', 'basso', 'alto'),
    command: 'watch',
    code: 1,
  },
  {
    name: 'a fourth is added while it lasts',
    before: (world) => world.declare('duo'),
    command: 'provision',
    code: 1,
  },
  { name: 'repaired, and not proven', before: (world) => world.mend(), command: 'provision', code: 1 },
  { name: 'the proof releases', before: nothing, command: 'watch', code: 0 },
  { name: 'the fourth comes in', before: nothing, command: 'provision', code: 0 },
  { name: 'all is well', before: nothing, command: 'watch', code: 0 },
]
