import './common/node.ts'
import { command } from './common/command.ts'
import { lockFor } from './common/lock.ts'
import { withMeans } from './common/means.ts'
import { runProvisioning, tellProgress } from './common/provisioning.ts'

await command(
  {
    name: 'provision',
    options: ['json'],
    examples: [
      'npx tsx scripts/provision.ts',
      'npx tsx scripts/provision.ts --orchestras test/fixtures/fleet --state /tmp/fleet',
    ],
  },
  (context) =>
    withMeans(
      context,
      async (means) => runProvisioning(means, context, await lockFor(context, means)),
      tellProgress(context),
    ),
)
