import { setTimeout as sleep } from 'node:timers/promises'
import { ControlError } from '../errors.ts'
import type { Ref } from '../registry/orchestra.ts'
import type { ManagementApi } from '../supabase/client.ts'
import type { Inventory, Named } from './inventory.ts'
import type { ProjectInputs } from './properties.ts'
import { isStatus } from './waiting.ts'

/** Pauses before the name is looked up again, when nobody knows whether the POST did its work. */
const SECOND_LOOKS_MS = [300, 700, 1_500, 3_000, 4_500]

/** A project to work on: just made by us, hence ours, or found, hence still to be judged by its database. */
export interface Start {
  readonly how: 'made' | 'found'
  readonly ref: Ref
}

export interface Means {
  readonly api: ManagementApi
  readonly inventory: Inventory
  readonly signal: AbortSignal
  /** Throws when the engine that asked is gone. */
  readonly mustBeWanted: () => void
}

/**
 * The project that the file names by `ref`.
 * @throws ControlError `project-missing`, `project-elsewhere`, and those of the API
 */
export async function startFromRef({ api }: Means, inputs: ProjectInputs, ref: Ref): Promise<Start> {
  const { slug } = inputs
  const project = await api.project(ref).catch((error: unknown) => {
    throw isStatus(error, 404) ? new ControlError('project-missing', { slug, ref }, { cause: error }) : error
  })
  mustBeAt(inputs, ref, 'organization', project.organization_slug)
  mustBeAt(inputs, ref, 'region', project.region)
  return { how: 'found', ref }
}

/**
 * The project that bears the orchestra's name, or else a new one. Creating is not idempotent at Supabase and
 * has no key against repetition, so the POST is sent once; where its outcome is unknown, the name tells.
 * Source: https://github.com/supabase/cli/issues/6699
 * @throws ControlError `project-elsewhere`, `project-ambiguous`, and those of the API
 */
export async function startFromName(
  means: Means,
  inputs: ProjectInputs,
  onCreating: () => void,
): Promise<Start> {
  const found = await means.inventory.find(inputs.organization, inputs.slug)
  if (found) return adoptable(inputs, found)
  if (inputs.password === undefined)
    throw new ControlError('engine-failed', { detail: 'no password to create with' })
  onCreating()
  means.mustBeWanted()
  try {
    const { ref } = await means.api.createProject({
      organization: inputs.organization,
      name: inputs.slug,
      region: inputs.region,
      size: inputs.size,
      password: inputs.password,
    })
    return { how: 'made', ref }
  } catch (error) {
    if (!mayHaveWorked(error)) throw error
    for (const pause of SECOND_LOOKS_MS) {
      await sleep(pause, undefined, { signal: means.signal })
      const late = await means.inventory.findNow(inputs.organization, inputs.slug)
      if (late) return adoptable(inputs, late)
    }
    throw error
  }
}

/** @throws ControlError `project-elsewhere` */
export function mustBeAt(
  { slug, ...wanted }: Pick<ProjectInputs, 'slug' | 'organization' | 'region'>,
  ref: Ref,
  field: 'organization' | 'region',
  actual: string,
): void {
  const expected = wanted[field]
  if (actual !== expected) throw new ControlError('project-elsewhere', { slug, ref, field, expected, actual })
}

function adoptable(inputs: ProjectInputs, { ref, region }: Named): Start {
  mustBeAt(inputs, ref, 'region', region)
  return { how: 'found', ref }
}

/** 409: a project of this name is there, perhaps by an earlier POST of ours. */
function mayHaveWorked(error: unknown): boolean {
  if (!(error instanceof ControlError)) return false
  if (['api-timeout', 'api-unreachable', 'api-unintelligible'].includes(error.code)) return true
  return 'status' in error.values && typeof error.values.status === 'number'
    ? error.values.status === 409 || error.values.status >= 500
    : false
}
