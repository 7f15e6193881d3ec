import './common/node.ts'
import { command } from './common/command.ts'
import { withSandbox } from './common/means.ts'
import { runProvisioning, tellProgress } from './common/provisioning.ts'

await command(
  {
    name: 'start',
    examples: ['npm start', 'npm start -- --orchestras test/fixtures/fleet --state /tmp/fleet --lang en'],
  },
  (context) => withSandbox(context, (means) => runProvisioning(means, context), tellProgress(context)),
)
