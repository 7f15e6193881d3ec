import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PulumiCommand } from '@pulumi/pulumi/automation/index.js'
import { ControlError } from '../errors.ts'
import type { Progress } from './progress.ts'
import { oneLine } from './said.ts'
import { withoutSecrets } from './secrets.ts'
import { run } from './shell.ts'

/** The engine's version: that of the SDK in package.json and of the module in go/go.mod. */
export const ENGINE_VERSION = '3.259.0'

/** A slow line brings the archive in minutes; where the vendor is out of reach, the attempt fails at once. */
const VENDOR_SECONDS = 5 * 60
const BUILD_SECONDS = 30 * 60
const STALE_MS = 2 * 60 * 60 * 1000
const GO_MODULE = 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi'
const VERSION_VARIABLE = 'github.com/pulumi/pulumi/sdk/v3/go/common/version.Version'

export interface InstallOptions {
  readonly env: NodeJS.ProcessEnv
  readonly onProgress?: ((event: Progress) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** How long the vendor's installer may take, in seconds. */
  readonly vendorSeconds?: number
}

/** Engines that this process has asked for their version, by folder. */
const proven = new Map<string, PulumiCommand>()

/** Where the Automation API and the vendor's npm wrapper look for this version, too. */
export function engineRoot(env: NodeJS.ProcessEnv): string {
  return join(env.PULUMI_HOME || join(homedir(), '.pulumi'), 'versions', ENGINE_VERSION)
}

/**
 * The engine, of exactly this version: the installed one, else the vendor's, else built from the published source. The
 * vendor's script checks nothing of what it brings: in GitHub Actions, where the secrets are, only what go.sum vouches
 * for is installed.
 * Each way puts a whole, proven program in place by renaming, so that two installations at once do no harm and a
 * killed one leaves nothing behind that could be taken for an engine.
 * @throws ControlError `engine-missing`, with what each way ended in
 */
export async function installEngine(options: InstallOptions): Promise<PulumiCommand> {
  const root = engineRoot(options.env)
  const known = proven.get(root)
  if (known) return known
  const installed = await engineAt(root)
  if (installed) {
    options.onProgress?.({ kind: 'engine', code: 'engine-found', seconds: 0 })
    proven.set(root, installed)
    return installed
  }
  const bin = join(root, 'bin')
  await mkdir(bin, { recursive: true })
  await removeLeftovers(root)
  const tried: string[] = []
  for (const [name, way] of waysTo(options.env)) {
    const draft = join(root, `.draft-${randomUUID()}`)
    try {
      await way(draft, options)
      if (!(await engineAt(draft))) throw new Error(`not version ${ENGINE_VERSION}`)
      await putInPlace(join(draft, 'bin'), bin)
      const engine = await engineAt(root)
      if (engine) {
        proven.set(root, engine)
        return engine
      }
    } catch (error) {
      options.signal?.throwIfAborted()
      tried.push(`${name}: ${oneLine(error instanceof Error ? error.message : 'failed')}`)
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
  }
  throw new ControlError('engine-missing', { version: ENGINE_VERSION, tried })
}

type Way = readonly [name: string, way: (draft: string, options: InstallOptions) => Promise<void>]

function waysTo({ GITHUB_ACTIONS }: NodeJS.ProcessEnv): readonly Way[] {
  const source: Way = ['go build', fromSource]
  return GITHUB_ACTIONS === 'true' ? [source] : [['get.pulumi.com', fromVendor], source]
}

async function engineAt(root: string): Promise<PulumiCommand | null> {
  try {
    const command = await PulumiCommand.get({ root })
    return command.version?.version === ENGINE_VERSION ? command : null
  } catch {
    return null
  }
}

/** In a process of its own: the vendor's script starts others, and all of them end when its time is up. */
async function fromVendor(root: string, options: InstallOptions): Promise<void> {
  await run(
    process.execPath,
    [...process.execArgv, fileURLToPath(new URL('./vendor.ts', import.meta.url)), root],
    {
      ...options,
      env: withoutSecrets(options.env),
      seconds: options.vendorSeconds ?? VENDOR_SECONDS,
      onTick: (seconds) => options.onProgress?.({ kind: 'engine', code: 'engine-downloading', seconds }),
    },
  )
}

/**
 * From the Go module proxy, every module checked against the committed go.sum. Without the version variable the
 * program calls itself nothing, and the Automation API refuses it.
 */
async function fromSource(root: string, options: InstallOptions): Promise<void> {
  await mkdir(join(root, 'bin'), { recursive: true })
  const program = join(root, 'bin', 'pulumi')
  const flags = `-s -w -X ${VERSION_VARIABLE}=${ENGINE_VERSION}`
  await run('go', ['build', '-mod=readonly', '-ldflags', flags, '-o', program, GO_MODULE], {
    ...options,
    env: withoutSecrets(options.env),
    cwd: join(import.meta.dirname, 'go'),
    seconds: BUILD_SECONDS,
    onTick: (seconds) => options.onProgress?.({ kind: 'engine', code: 'engine-building', seconds }),
  })
}

/** The engine last: its presence means that what it needs beside it is there. */
async function putInPlace(from: string, to: string): Promise<void> {
  const files = (await readdir(from)).sort((a, b) => Number(a === 'pulumi') - Number(b === 'pulumi'))
  for (const file of files) await rename(join(from, file), join(to, file))
}

/** Drafts of installations that were killed. A younger one may be another's, under way. */
async function removeLeftovers(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!name.startsWith('.draft-')) continue
    const path = join(root, name)
    const made = await stat(path).catch(() => null)
    if (made && Date.now() - made.mtimeMs > STALE_MS) await rm(path, { recursive: true, force: true })
  }
}
