import { statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { complain, messageOf, UsageError } from './errors.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from './sandbox.ts'

const HELP = `Usage: npm run sandbox -- [--port N] [--state DIR] [--orchestras DIR] [--organization SLUG]

Runs a stand-in for the Supabase Management API over real PostgreSQL clusters until it is stopped, and
prints one line of JSON when it is ready: {"apiUrl","accessToken","organization"}.
SANDBOX_PROVISIONING_MS is the time in milliseconds that a new project takes to come up (1500).
`

process.exitCode = 2
await main().catch((error) => {
  if (error instanceof UsageError) complain('cannot start', error)
  else process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : messageOf(error)}\n`)
  process.exit(2)
})

async function main(): Promise<void> {
  const options = readOptions()
  if (!options) {
    process.stdout.write(HELP)
    process.exitCode = 0
    return
  }
  const starting = startSandbox({ ...options, standalone: !process.connected })
  const stopped = stopWhenTold(starting)
  const { apiUrl, accessToken, organization } = await starting
  process.stdout.write(`${JSON.stringify({ apiUrl, accessToken, organization })}\n`)
  await stopped
  process.exit(0)
}

/** A signal, or the end of the channel if another process forked this one, even while it is starting. */
function stopWhenTold(starting: Promise<Sandbox>): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      starting.then((sandbox) => sandbox.stop()).then(resolve, reject)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
    if (process.connected) process.once('disconnect', stop)
  })
}

function readOptions(): SandboxOptions | null {
  const { port, help, ...given } = readArguments()
  if (help) return null
  if (given.orchestras && !statSync(given.orchestras, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`${given.orchestras} is not a folder`)
  }
  return {
    ...given,
    ...(port === undefined ? {} : { port: wholeNumber(port, '--port', 65_535) }),
    ...(process.env.SANDBOX_PROVISIONING_MS
      ? {
          provisioningMs: wholeNumber(
            process.env.SANDBOX_PROVISIONING_MS,
            'SANDBOX_PROVISIONING_MS',
            3_600_000,
          ),
        }
      : {}),
  }
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string' },
        state: { type: 'string' },
        orchestras: { type: 'string' },
        organization: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    throw new UsageError(messageOf(error))
  }
}

function wholeNumber(text: string, name: string, max: number): number {
  if (!/^\d+$/.test(text) || Number(text) > max) {
    throw new UsageError(`${name} must be a whole number up to ${max}, not "${text}"`)
  }
  return Number(text)
}
