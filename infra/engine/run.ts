import { LocalWorkspace } from '@pulumi/pulumi/automation/index.js'
import { ControlError } from '../errors.ts'
import { publicKeysFor } from '../provider/signature.ts'
import type { Orchestra } from '../registry/orchestra.ts'
import type { Settings } from '../registry/settings.ts'
import type { Slug } from '../registry/slug.ts'
import { installEngine } from './install.ts'
import { withHealedLock } from './locks.ts'
import { declareProjects, PROJECT_NAME, STACK } from './program.ts'
import { type Changes, type Failure, Listener } from './progress.ts'
import { recorded } from './recorded.ts'
import { refuseRemovals } from './removals.ts'
import { fromText, oneLine } from './said.ts'
import { type EngineOptions, openWorkspace, runEnv } from './workspace.ts'

/** Projects worked on at once. */
const PARALLEL = 16

/** What is to be: the declarations of a registry without problems. */
export interface Wanted {
  readonly orchestras: readonly Orchestra[]
  readonly settings: Pick<Settings, 'organization' | 'waitMinutes' | 'signingKeys'>
}

export interface UpResult {
  readonly changes: Changes
  /** Orchestras that could not be brought up; the others were. */
  readonly failures: readonly Failure[]
}

export interface Preview {
  readonly planned: ReadonlyMap<Slug, keyof Changes>
}

/**
 * Makes every orchestra's project what its file says. One orchestra's failure stops no other.
 * @throws ControlError when the run as a whole could not be: `project-removal-refused`, `engine-missing`,
 * `engine-locked`, `engine-failed`, `engine-cancelled`, `passphrase-missing`, `passphrase-wrong`,
 * `state-unreadable`, `token-missing`
 */
export async function up(options: EngineOptions, wanted: Wanted): Promise<UpResult> {
  const { stack, listener } = await open(options, wanted, new Listener(options.onProgress))
  try {
    await withHealedLock(stack, () =>
      stack.up({
        continueOnError: true,
        parallel: PARALLEL,
        onEvent: listener.hear,
        ...(options.signal ? { signal: options.signal } : {}),
      }),
    )
  } catch (error) {
    // an up that failed for single orchestras is a result
    if (listener.failures.length === 0 || options.signal?.aborted) throw explain(error, options, listener)
  }
  return { changes: listener.changes, failures: listener.failures }
}

/**
 * What `up` would do, orchestra by orchestra. Nothing is asked of Supabase and nothing changes.
 * @throws ControlError as `up`
 */
export async function preview(options: EngineOptions, wanted: Wanted): Promise<Preview> {
  const { stack, listener } = await open(options, wanted, new Listener())
  try {
    await stack.preview({
      parallel: PARALLEL,
      onEvent: listener.hear,
      ...(options.signal ? { signal: options.signal } : {}),
    })
  } catch (error) {
    throw explain(error, options, listener)
  }
  return { planned: listener.planned }
}

async function open(options: EngineOptions, { orchestras, settings }: Wanted, listener: Listener) {
  refuseRemovals(
    orchestras.map(({ slug }) => slug),
    await recorded(options),
  )
  const workspace = await openWorkspace(options)
  const envVars = await runEnv(options, workspace)
  const pulumiCommand = await installEngine(options)
  const publicKeys = publicKeysFor(options.target.source, settings.signingKeys)
  const secretsProvider = options.env.PULUMI_SECRETS_PROVIDER
  const program = async () => declareProjects(orchestras, settings, publicKeys)
  try {
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: STACK, projectName: PROJECT_NAME, program },
      { workDir: workspace.workDir, pulumiCommand, envVars, ...(secretsProvider ? { secretsProvider } : {}) },
    )
    return { stack, listener }
  } catch (error) {
    throw explain(error, options, listener)
  }
}

/** Why the run as a whole did not succeed. */
function explain(error: unknown, { signal }: EngineOptions, listener: Listener): ControlError {
  if (error instanceof ControlError) return error
  if (signal?.aborted) return new ControlError('engine-cancelled', {}, { cause: error })
  const words = error instanceof Error ? error.message : 'unknown'
  const said = listener.unaddressed || oneLine(words)
  if (`${words} ${said}`.includes('incorrect passphrase')) return new ControlError('passphrase-wrong', {})
  return fromText(said) ?? new ControlError('engine-failed', { detail: said }, { cause: error })
}
