import './common/node.ts'
import { keepDumps } from '../infra/provision/retiring.ts'
import { command } from './common/command.ts'
import { lockFor } from './common/lock.ts'
import { withMeans } from './common/means.ts'
import { tellStep } from './common/provisioning.ts'

await command(
  {
    name: 'dump-retiring',
    examples: ['npx tsx scripts/dump-retiring.ts --state report'],
  },
  (context) =>
    withMeans(context, async (means) => {
      const lock = await lockFor(context, means)
      const { failures } = await keepDumps(means, lock, (step) => tellStep(step, context))
      return failures.length > 0 ? 2 : 0
    }),
)
