import { ConcurrentUpdateError, LocalWorkspace, type Stack } from '@pulumi/pulumi/automation/index.js'
import { ControlError } from '../errors.ts'
import { PERMIT_VARIABLE } from '../provider/properties.ts'
import { PASSWORD, PROJECT } from '../provider/resource-types.ts'
import { publicKeysFor } from '../provider/signature.ts'
import type { Orchestra, Ref } from '../registry/orchestra.ts'
import type { Settings } from '../registry/settings.ts'
import type { Slug } from '../registry/slug.ts'
import { withSoundState } from './checkpoint.ts'
import { installEngine } from './install.ts'
import { withHealedLock } from './locks.ts'
import { declareProjects, PROJECT_NAME, STACK } from './program.ts'
import { type Changes, type Failure, Listener } from './progress.ts'
import { type RecordedProject, readState } from './recorded.ts'
import { type Departure, departures } from './removals.ts'
import { fromText, oneLine } from './said.ts'
import { type EngineOptions, openWorkspace, runEnv } from './workspace.ts'

/** Projects worked on at once. */
const PARALLEL = 16

const URN = `urn:pulumi:${STACK}::${PROJECT_NAME}::`
/** The one resource whose refreshing asks no provider. */
const STACK_URN = `${URN}pulumi:pulumi:Stack::${PROJECT_NAME}-${STACK}`

/** What is to be: the declarations of a registry without problems. */
export interface Wanted {
  readonly orchestras: readonly Orchestra[]
  readonly settings: Pick<Settings, 'organization' | 'waitMinutes' | 'signingKeys'>
  /** Of whom what state records was seen to be no longer so: they are asked about again before anything is done. */
  readonly stale?: readonly Slug[]
  /**
   * Whose databases may be deleted now, of those that have announced their end and lost their files; all others stay
   * as they are. Without it, a file that is gone stops the run.
   */
  readonly departing?: readonly Departure[]
}

export interface UpResult {
  readonly changes: Changes
  /** Orchestras that could not be brought up; the others were. */
  readonly failures: readonly Failure[]
  /** What the engine complained of besides, in its words: part of the run may be unsaved. Null when nothing. */
  readonly complaint: string | null
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
  const opened = await open(options, wanted, new Listener(options.onProgress))
  const { stack, listener, begun, only, workspace } = opened
  const signal = options.signal ? { signal: options.signal } : {}
  try {
    await withSoundState(workspace, () =>
      withHealedLock(stack, async () => {
        if (begun.length > 0) await settle(stack, begun, signal)
        // the Automation API hears an abort only while it runs
        options.signal?.throwIfAborted()
        return stack.up({
          continueOnError: true,
          parallel: PARALLEL,
          onEvent: listener.hear,
          ...only,
          ...signal,
        })
      }),
    )
  } catch (error) {
    // an up that failed for single orchestras is a result
    if (listener.failures.length === 0 || options.signal?.aborted) throw explain(error, options, listener)
  }
  return { changes: listener.changes, failures: listener.failures, complaint: listener.unaddressed || null }
}

/**
 * What `up` would do, orchestra by orchestra. Nothing is asked of Supabase and nothing changes.
 * @throws ControlError as `up`
 */
export async function preview(options: EngineOptions, wanted: Wanted): Promise<Preview> {
  const { stack, listener, only } = await open(options, wanted, new Listener())
  try {
    await stack.preview({
      parallel: PARALLEL,
      onEvent: listener.hear,
      ...only,
      ...(options.signal ? { signal: options.signal } : {}),
    })
  } catch (error) {
    throw explain(error, options, listener)
  }
  return { planned: listener.planned }
}

async function open(options: EngineOptions, wanted: Wanted, listener: Listener) {
  const { orchestras, settings, stale = [] } = wanted
  const { projects, pendingCreates } = await readState(options)
  const doubtful = [...projects].filter(([slug, { finished }]) => !finished || stale.includes(slug))
  const begun =
    pendingCreates || doubtful.length > 0 ? [STACK_URN, ...doubtful.map(([slug]) => urnOf(slug))] : []
  const { permitted, kept } = removals(wanted, projects)
  const workspace = await openWorkspace(options)
  const pulumiCommand = await installEngine(options)
  const publicKeys = publicKeysFor(options.target.source, settings.signingKeys)
  const envVars = {
    ...(await runEnv(options, workspace)),
    ...(permitted.length > 0 ? { [PERMIT_VARIABLE]: JSON.stringify({ refs: permitted, publicKeys }) } : {}),
  }
  const secretsProvider = options.env.PULUMI_SECRETS_PROVIDER
  const program = async () => untraced(() => declareProjects(orchestras, settings, publicKeys))
  try {
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: STACK, projectName: PROJECT_NAME, program },
      { workDir: workspace.workDir, pulumiCommand, envVars, ...(secretsProvider ? { secretsProvider } : {}) },
    )
    return { stack, listener, begun, workspace, only: kept.length > 0 ? { exclude: [...kept] } : {} }
  } catch (error) {
    throw explain(error, options, listener)
  }
}

/** Which databases may be deleted, and what of state is left as it is though no file declares it. */
function removals(
  { orchestras, departing }: Wanted,
  projects: ReadonlyMap<Slug, RecordedProject>,
): { readonly permitted: readonly Ref[]; readonly kept: readonly string[] } {
  const declared = orchestras.map(({ slug }) => slug)
  const gone = departures(declared, projects, Number.POSITIVE_INFINITY)
  if (departing === undefined && gone.length > 0)
    throw new ControlError('project-removal-refused', { slugs: gone.map(({ slug }) => slug).join(', ') })
  const may = new Set(departing?.map(({ ref }) => ref))
  return {
    permitted: gone.flatMap(({ ref }) => (may.has(ref) ? [ref] : [])),
    kept: gone.flatMap(({ slug, ref }) => (may.has(ref) ? [] : [urnOf(slug), urnOf(slug, PASSWORD)])),
  }
}

/**
 * Brings state up to what became of begun projects, and of those that Supabase paused by itself. The notes that a
 * killed run leaves of its creations say no more than `create` finds by name, and would stay for ever. A project that
 * never came up, and that a person removed since, is forgotten, so that it is made anew. Without this an up works all
 * the same.
 */
async function settle(
  stack: Stack,
  target: string[],
  signal: { readonly signal?: AbortSignal },
): Promise<void> {
  try {
    await stack.refresh({ clearPendingCreates: true, target, ...signal })
  } catch (error) {
    if (error instanceof ConcurrentUpdateError) throw error
  }
}

function urnOf(slug: Slug, type = PROJECT): string {
  return `${URN}${type}::${slug}`
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

/** The SDK takes several stack traces of each resource that is declared, and each is looked up in source maps. */
function untraced(declare: () => void): void {
  const { prepareStackTrace } = Error
  Error.prepareStackTrace = String
  try {
    declare()
  } finally {
    Error.prepareStackTrace = prepareStackTrace
  }
}
