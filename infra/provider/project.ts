import { ControlError } from '../errors.ts'
import type { Ref } from '../registry/ref.ts'
import type { ManagementApi } from '../supabase/client.ts'
import { type Means, mustBeAt, startFromName, startFromRef } from './adoption.ts'
import { isRefusal, PartialFailure, toControlError } from './failure.ts'
import { engrave, inspect, type Owner, refuseInUse, type Standing } from './nameplate.ts'
import { isAsleep, pauseAndWait } from './pausing.ts'
import type { ProjectInputs, ProjectState } from './properties.ts'
import { resizeAndWait } from './resizing.ts'
import { type SigningKey, signerFor } from './signature.ts'
import { isStatus, type Patience, waitUntilHealthy } from './waiting.ts'

/** Tells the engine what is being done; `status` is what the API said last. */
export type Say = (step: 'creating' | 'waiting' | 'plating' | 'deleting', status?: string) => void

export interface Work extends Means {
  readonly env: NodeJS.ProcessEnv
  readonly say: Say
}

/** One call of the engine: what is wanted, and what it is done with. */
interface Job {
  readonly work: Work
  readonly inputs: ProjectInputs
  readonly key: SigningKey
  readonly patience: Patience
}

/**
 * Finds or makes an orchestra's project, waits for it, plates its database, and pauses it when it is to rest. One
 * that is found at rest is woken first: whose it is cannot be read while it sleeps.
 * @throws PartialFailure once the project is known to be ours; before that any error, with nothing written
 */
export async function createProject(work: Work, inputs: ProjectInputs): Promise<ProjectState> {
  const job = begin(work, inputs)
  await refuseForeignRetirement(work, inputs)
  const start = await (inputs.ref
    ? startFromRef(work, inputs, inputs.ref)
    : startFromName(work, inputs, () => work.say('creating')))
  const { slug, organization, region, size } = inputs
  const bare = { publishableKey: '', finished: false, paused: false, retiring: null }
  const state: ProjectState = { slug, organization, region, size, ref: start.ref, ...bare }
  return finish(job, state, start.how === 'found' ? await judge(job, state) : null)
}

/**
 * Makes a project that state has what it is to be: finished, awake or at rest, of the size that is asked for. What
 * cannot change is refused. When it fails, the state of a finished project stays as it was, and the next run goes on
 * from what the API says then.
 * @throws ControlError `project-fixed`, and, of a finished project, all else; PartialFailure of an unfinished one
 */
export async function updateProject(
  work: Work,
  state: ProjectState,
  inputs: ProjectInputs,
): Promise<ProjectState> {
  for (const error of fixedChanges(state, inputs)) throw error
  const job = begin(work, inputs)
  if (isReplaced(state, inputs)) return replaceProject(job, inputs.ref)
  const { retire = null } = inputs
  if (retire !== null && retire !== state.ref)
    throw new ControlError('retire-elsewhere', { slug: state.slug, ref: state.ref, retire })
  // an end is announced and, above all, taken back without the database, which may be ill
  if (isDone({ ...state, retiring: retire }, inputs)) return { ...state, retiring: retire }
  if (inputs.paused && state.finished && isAsleep((await work.api.project(state.ref)).status)) {
    await pauseAndWait(work.api, state, job.patience)
    return { ...state, retiring: retire, paused: true }
  }
  return finish(job, state, null)
}

/**
 * What a refresh finds: null when the project is gone; whether it rests, which Supabase decides, too. What is not
 * finished stays so, and `diff` sees to it.
 * @throws ControlError `project-elsewhere`, and those of the API
 */
export async function readProject(api: ManagementApi, state: ProjectState): Promise<ProjectState | null> {
  const project = await api.project(state.ref).catch((error: unknown) => {
    if (isStatus(error, 404)) return null
    throw error
  })
  if (project === null) return null
  mustBeAt(state, state.ref, 'organization', project.organization_slug)
  mustBeAt(state, state.ref, 'region', project.region)
  if (isAsleep(project.status)) return { ...state, paused: true }
  return project.status.startsWith('ACTIVE') ? { ...state, paused: false } : state
}

/** Whether nothing is left to do. The size of a project that rests can wait until it is woken. */
export function isDone(state: ProjectState, inputs: ProjectInputs): boolean {
  const resting = state.paused && inputs.paused
  return (
    state.finished &&
    state.paused === inputs.paused &&
    state.retiring === (inputs.retire ?? null) &&
    (resting || state.size === inputs.size) &&
    !isReplaced(state, inputs) &&
    fixedChanges(state, inputs).length === 0
  )
}

/** What differs and can never change in place, but for a database that another takes the place of. */
function fixedChanges(state: ProjectState, inputs: ProjectInputs): readonly ControlError<'project-fixed'>[] {
  if (isReplaced(state, inputs)) return []
  const wanted = { ...inputs, ref: inputs.ref ?? state.ref }
  return (['organization', 'region', 'ref'] as const)
    .filter((field) => state[field] !== wanted[field])
    .map(
      (field) =>
        new ControlError('project-fixed', { slug: state.slug, field, from: state[field], to: wanted[field] }),
    )
}

/** Its file names another database than state has, and says that it takes that one's place. */
function isReplaced(
  state: ProjectState,
  inputs: ProjectInputs,
): inputs is ProjectInputs & { readonly ref: Ref } {
  return inputs.ref !== undefined && inputs.ref !== state.ref && inputs.replaces === state.ref
}

/**
 * Another database takes the place of the one that state has: a restore of it, which bears its plate, or one that its
 * rows were moved to. Until it is finished, state keeps the old one; that one is left as it is.
 */
async function replaceProject(job: Job, ref: Ref): Promise<ProjectState> {
  const { work, inputs } = job
  const { slug, organization, region, size } = inputs
  await startFromRef(work, inputs, ref)
  const bare = { publishableKey: '', finished: false, paused: false, retiring: null }
  const state = { slug, organization, region, size, ref, ...bare }
  try {
    return await finish(job, state, await judge(job, state))
  } catch (error) {
    throw error instanceof PartialFailure ? error.cause : error
  }
}

/** Nothing is made, or taken over, to be ended: the end is announced of a database that is there. */
async function refuseForeignRetirement(
  { inventory }: Work,
  { slug, organization, ref, retire }: ProjectInputs,
): Promise<void> {
  if (retire === undefined) return
  const there = ref ?? (await inventory.find(organization, slug))?.ref
  if (there !== retire) throw new ControlError('retire-elsewhere', { slug, ref: there ?? '', retire })
}

/** A project that is not known to be ours: waited for, then refused if its database is another's or in use. */
async function judge({ work, inputs, patience }: Job, owner: Owner): Promise<Standing> {
  await waitUntilHealthy(work.api, owner, patience)
  const standing = await inspect(work.api, { ...owner, ...former(inputs) }, inputs.publicKeys, 'unknown')
  if (inputs.ref === undefined && !standing.own) await refuseInUse(work.api, owner)
  return standing
}

/** `judged`: of a project that was found, how its database stands; null for one that is known to be ours. */
async function finish(job: Job, before: ProjectState, judged: Standing | null): Promise<ProjectState> {
  const { work, inputs, key, patience } = job
  const { api } = work
  let state = before
  try {
    const standing = judged ?? (await standingOfOurs(job, state))
    work.say('plating')
    await engrave(api, { ...state, ...former(inputs) }, key, inputs.publicKeys, standing, work.mustBeWanted)
    const publishableKey = (await api.publishableKey(state.ref)) ?? ''
    state = { ...state, publishableKey, finished: true, paused: false, retiring: inputs.retire ?? null }
    if (inputs.paused) {
      await pauseAndWait(api, state, patience)
      return { ...state, paused: true }
    }
    if (state.size !== inputs.size) await resizeAndWait(api, state, inputs.size, patience)
    return { ...state, size: inputs.size }
  } catch (error) {
    const cause = toControlError(error, work.signal)
    // found out while plating that it is another's after all: it must not come into our state
    if (judged !== null && isRefusal(cause)) throw cause
    throw before.finished ? cause : new PartialFailure(state, cause)
  }
}

function former({ replaces }: ProjectInputs): Pick<Owner, 'replaces'> {
  return { replaces }
}

async function standingOfOurs({ work, inputs, patience }: Job, owner: Owner): Promise<Standing> {
  await waitUntilHealthy(work.api, owner, patience)
  return inspect(work.api, { ...owner, ...former(inputs) }, inputs.publicKeys, 'known')
}

function begin(work: Work, inputs: ProjectInputs): Job {
  const { signal, mustBeWanted } = work
  const onStatus = (status: string) => work.say('waiting', status)
  const patience = { since: performance.now(), seconds: inputs.waitSeconds, signal, onStatus, mustBeWanted }
  return { work, inputs, key: signerFor(work.env, work.api.target.source, inputs.publicKeys), patience }
}
