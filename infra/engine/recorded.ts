import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { ControlError } from '../errors.ts'
import { PROJECT } from '../provider/resource-types.ts'
import { isRef, type Ref } from '../registry/ref.ts'
import type { Slug } from '../registry/slug.ts'
import { installEngine } from './install.ts'
import { PROJECT_NAME, STACK } from './program.ts'
import { slugIn } from './progress.ts'
import { oneLine } from './said.ts'
import { withoutTokens } from './secrets.ts'
import { backendEnv, type EngineOptions, openWorkspace, type Workspace } from './workspace.ts'

/** As the Automation API tells it: sdk/nodejs/automation/errors.ts */
const NO_STACK = /no stack named.*found/
const MOST_BYTES = 256 * 1024 * 1024

/** What state says of one orchestra's project. */
export interface RecordedProject {
  /** Null while a creation was begun and nothing is known of its outcome. */
  readonly ref: Ref | null
  /** It was healthy and plated once; false when the next run has something to finish. */
  readonly finished: boolean
  /** Null before it is finished, or when the project has none. */
  readonly publishableKey: string | null
  /** Set once an apply has seen that its file announces its end: the ref that the file gave. */
  readonly retiring?: Ref
}

const resource = z.object({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  delete: z.boolean().optional(),
  initErrors: z.array(z.string()).nullish(),
  outputs: z
    .object({ ref: z.unknown(), finished: z.unknown(), publishableKey: z.unknown(), retiring: z.unknown() })
    .partial()
    .optional(),
})
const exported = z.object({
  deployment: z
    .object({
      resources: z.array(resource).nullish(),
      pending_operations: z
        .array(z.object({ type: z.string(), resource: z.object({ urn: z.string(), type: z.string() }) }))
        .nullish(),
    })
    .nullish(),
})

/**
 * What the state records, orchestra by orchestra; empty before the first run. Secrets are not opened, so no
 * passphrase is needed: the Automation API's `exportStack` would decrypt them all.
 * @throws ControlError `state-unreadable`, which must never be taken for an empty state; `engine-missing`
 */
export async function recorded(options: EngineOptions): Promise<ReadonlyMap<Slug, RecordedProject>> {
  return (await readState(options)).projects
}

/** What state records, and whether it still notes creations that were begun by a run that was killed. */
export interface State {
  readonly projects: ReadonlyMap<Slug, RecordedProject>
  readonly pendingCreates: boolean
}

/** @throws ControlError as `recorded` */
export async function readState(options: EngineOptions): Promise<State> {
  const workspace = await openWorkspace(options)
  if (await isNew(workspace)) return NOTHING
  const { command } = await installEngine(options)
  return readExport(await stackExport(command, workspace, options.env))
}

const NOTHING: State = { projects: new Map(), pendingCreates: false }

/** @throws ControlError `state-unreadable` */
export function readExport(text: string | null): State {
  if (text === null) return NOTHING
  const state = exported.safeParse(jsonIn(text))
  if (!state.success) throw unreadable(z.prettifyError(state.error))
  const projects = new Map<Slug, RecordedProject>()
  const { resources, pending_operations: pending } = state.data.deployment ?? {}
  for (const { id = '', outputs, initErrors, ...rest } of resources ?? []) {
    const slug = rest.type === PROJECT && !rest.delete ? slugIn(rest.urn) : null
    if (slug === null) continue
    // the id is for life, also where another database has taken the first one's place
    const ref = refIn(outputs?.ref) ?? refIn(id)
    const retiring = refIn(outputs?.retiring)
    const finished = ref !== null && !initErrors?.length && outputs?.finished === true
    const publishableKey = keyIn(outputs?.publishableKey)
    projects.set(slug, { ref, finished, publishableKey, ...(retiring ? { retiring } : {}) })
  }
  for (const { type, resource } of pending ?? []) {
    const slug = resource.type === PROJECT ? slugIn(resource.urn) : null
    if (slug === null) continue
    const known = projects.get(slug)
    // the note of a creation outlives the run that did it after all: the resource itself tells more; and what was to
    // be deleted is as it was until it is gone
    if (known && (type === 'creating' || type === 'deleting')) continue
    projects.set(slug, { ref: null, publishableKey: null, ...known, finished: false })
  }
  return { projects, pendingCreates: (pending ?? []).some(({ type }) => type === 'creating') }
}

/** Asked at each verification, so a fresh machine is answered without an engine. */
async function isNew({ backendFolder }: Workspace): Promise<boolean> {
  if (backendFolder === null) return false
  const folder = join(backendFolder, '.pulumi', 'stacks', PROJECT_NAME)
  const files = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw unreadable(error instanceof Error ? error.message : 'no folder')
  })
  const ours = files.filter((name) => name.startsWith(`${STACK}.json`))
  if (ours.length === 0) return true
  if (ours.some((name) => /\.json(?:\.gz)?$/.test(name))) return false
  throw unreadable(`only a backup is left: ${ours.join(', ')}`)
}

/** The state as the engine prints it, its secrets sealed; null when there is no stack yet. */
async function stackExport(
  command: string,
  workspace: Workspace,
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(
      command,
      ['stack', 'export', '--stack', STACK, '--non-interactive'],
      {
        cwd: workspace.workDir,
        env: { ...withoutTokens(env), ...backendEnv(workspace) },
        maxBuffer: MOST_BYTES,
      },
    )
    return stdout
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    if (NO_STACK.test(said)) return null
    throw unreadable(said || (error instanceof Error ? error.message : 'unknown'))
  }
}

function refIn(value: unknown): Ref | null {
  return typeof value === 'string' && isRef(value) ? value : null
}

function keyIn(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function unreadable(detail: string): ControlError {
  return new ControlError('state-unreadable', { detail: oneLine(detail) })
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
