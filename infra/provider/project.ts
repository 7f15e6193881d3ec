import { ControlError } from '../errors.ts'
import type { ManagementApi } from '../supabase/client.ts'
import { type Means, mustBeAt, type Start, startFromName, startFromRef } from './adoption.ts'
import { isRefusal, PartialFailure, toControlError } from './failure.ts'
import { engrave, inspect, type Owner, refuseInUse, type Standing } from './nameplate.ts'
import type { ProjectInputs, ProjectState } from './properties.ts'
import { type SigningKey, signerFor } from './signature.ts'
import { isStatus, waitUntilHealthy } from './waiting.ts'

/** Tells the engine what is being done; `status` is what the API said last. */
export type Say = (step: 'creating' | 'waiting' | 'plating', status?: string) => void

export interface Work extends Means {
  readonly env: NodeJS.ProcessEnv
  readonly say: Say
}

/**
 * Finds or makes an orchestra's project, waits for it, plates its database.
 * @throws PartialFailure once the project is known to be ours; before that any error, with nothing written
 */
export async function createProject(work: Work, inputs: ProjectInputs): Promise<ProjectState> {
  const since = Date.now()
  const key = signerFor(work.env, work.api.target.source, inputs.publicKeys)
  const start = await (inputs.ref
    ? startFromRef(work, inputs, inputs.ref)
    : startFromName(work, inputs, () => work.say('creating')))
  if (start.how === 'made') return finish(work, inputs, start, key, since)
  const standing = await judge(work, inputs, start, since)
  return complete(work, inputs, start, key, async () => standing)
}

/**
 * Finishes a project that state has: the wait and the plate. What cannot change is refused, and state stays.
 * @throws ControlError `project-fixed`; PartialFailure for all else
 */
export async function updateProject(
  work: Work,
  state: ProjectState,
  inputs: ProjectInputs,
): Promise<ProjectState> {
  const since = Date.now()
  refuseChanges(state, inputs)
  const key = signerFor(work.env, work.api.target.source, inputs.publicKeys)
  return finish(work, inputs, { how: 'made', ref: state.ref }, key, since)
}

/**
 * What a refresh finds: null when the project is gone. What is not finished stays so, and `diff` sees to it.
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
  return state
}

/** What differs and can never change in place, or cannot yet (`size`: resizing is not built). */
export function fixedChanges(
  state: ProjectState,
  inputs: ProjectInputs,
): readonly ControlError<'project-fixed'>[] {
  const wanted = { ...inputs, ref: inputs.ref ?? state.ref }
  return (['organization', 'region', 'ref', 'size'] as const)
    .filter((field) => state[field] !== wanted[field])
    .map(
      (field) =>
        new ControlError('project-fixed', { slug: state.slug, field, from: state[field], to: wanted[field] }),
    )
}

function refuseChanges(state: ProjectState, inputs: ProjectInputs): void {
  for (const error of fixedChanges(state, inputs)) throw error
}

/** A project that is not known to be ours: waited for, then refused if its database is another's or in use. */
async function judge(work: Work, inputs: ProjectInputs, start: Start, since: number): Promise<Standing> {
  const owner = ownerOf(inputs, start)
  await waitUntilHealthy(work.api, owner, patience(work, inputs, since))
  const standing = await inspect(work.api, owner, inputs.publicKeys, 'unknown')
  if (inputs.ref === undefined && !standing.own) await refuseInUse(work.api, owner)
  return standing
}

async function finish(
  work: Work,
  inputs: ProjectInputs,
  start: Start,
  key: SigningKey,
  since: number,
): Promise<ProjectState> {
  return complete(work, inputs, start, key, async (owner) => {
    await waitUntilHealthy(work.api, owner, patience(work, inputs, since))
    return inspect(work.api, owner, inputs.publicKeys, 'known')
  })
}

async function complete(
  work: Work,
  inputs: ProjectInputs,
  start: Start,
  key: SigningKey,
  stand: (owner: Owner) => Promise<Standing>,
): Promise<ProjectState> {
  const owner = ownerOf(inputs, start)
  const { slug, organization, region, size } = inputs
  const state = { slug, organization, region, size, ref: start.ref, publishableKey: '', finished: false }
  try {
    const standing = await stand(owner)
    work.say('plating')
    await engrave(work.api, owner, key, inputs.publicKeys, standing, work.mustBeWanted)
    return { ...state, publishableKey: (await work.api.publishableKey(owner.ref)) ?? '', finished: true }
  } catch (error) {
    const cause = toControlError(error, work.signal)
    // found out while plating that it is another's after all: it must not come into our state
    if (start.how === 'found' && isRefusal(cause)) throw cause
    throw new PartialFailure(state, cause)
  }
}

function ownerOf({ slug }: ProjectInputs, { ref }: Start): Owner {
  return { slug, ref }
}

function patience(work: Work, { waitSeconds }: ProjectInputs, since: number) {
  return {
    since,
    seconds: waitSeconds,
    signal: work.signal,
    onStatus: (status: string) => work.say('waiting', status),
  }
}
