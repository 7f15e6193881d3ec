import { PulumiCommand } from '@pulumi/pulumi/automation/index.js'

// A process of its own, since `install` takes no signal. It brings the SDK's own version.
const [root] = process.argv.slice(2)
try {
  if (!root) throw new Error('no folder given')
  await PulumiCommand.install({ root })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
