import { World } from '../../engine/world.ts'
import { emptyStack } from '../floor/empties.ts'
import { inTurn, timed } from '../pairs.ts'
import { atMost, type Row } from '../row.ts'
import { multiplied } from '../state.ts'

export const upRow: Row = {
  name: 'up',
  work: 'up with nothing to do',
  against: 'up of the same engine over as many empty resources of a provider that does nothing',
  why: 'an orchestra has two resources, since its password has to stand in state before its project is asked for, and what the engine does for a resource is most of the work: see how many times as many empty ones it takes, below. The rest is state that is read before, a wider set of inputs, and progress that is followed',
  async measure({ orchestras: count, rounds }) {
    const world = await World.open({ provisioningMs: 0 })
    try {
      const state = world.newState()
      const orchestras = await multiplied(world, state, count)
      const empty = await emptyStack(state, count, world.env)
      await empty.up()
      const twice = await emptyStack(`${state}-twice`, 2 * count, world.env)
      await twice.up()
      const beside = await timed(() => twice.up())
      const pairs = await inTurn(
        Math.min(rounds, 3),
        () => timed(() => empty.up()),
        () =>
          timed(async () => {
            const { changes, failures } = await world.up(state, orchestras)
            if (changes.same !== count || failures.length > 0) throw new Error(JSON.stringify(changes))
          }),
      )
      return {
        pairs,
        aims: [atMost(1.2, 'times the empty resources', pairs.ratio.median)],
        facts: {
          orchestras: count,
          resources: 2 * count,
          'times as many empty resources as it has (one round)': pairs.mine.median / beside,
        },
      }
    } finally {
      await world.close()
    }
  },
}
