import { ControlError, hasCode } from '../errors.ts'
import type { Ref } from '../registry/ref.ts'
import type { ManagementApi } from '../supabase/client.ts'
import type { Project } from '../supabase/shapes.ts'
import { mustBeAt } from './adoption.ts'
import { inspect } from './nameplate.ts'
import type { Work } from './project.ts'
import { type ProjectState, readPermit } from './properties.ts'
import { isStatus, named } from './waiting.ts'

/** What Supabase shows for a while of a project that it is deleting. */
const GOING = ['GOING_DOWN', 'REMOVED']

/**
 * Ends a project for good. It must have been announced in its file and recorded by an apply, this run must have been
 * permitted to, and right before, it must still be in our organization and bear its own plate. One that is gone, or
 * going, is only forgotten.
 * @throws ControlError `project-removal-refused`, `retire-unprepared`, `project-elsewhere`, `database-taken`,
 * `database-plate-unverified`, `project-deletion-refused`, and those of the API
 */
export async function deleteProject(work: Work, state: ProjectState): Promise<void> {
  const { api } = work
  const { slug, ref, retiring } = state
  if (retiring !== ref) throw new ControlError('project-removal-refused', { slugs: slug })
  const { refs, publicKeys } = readPermit(work.env)
  if (!refs.includes(ref)) throw new ControlError('retire-unprepared', named(state))
  const project = await projectIfThere(api, ref)
  if (project === null) return
  mustBeAt(state, ref, 'organization', project.organization_slug)
  const { own } = await inspect(api, state, publicKeys, 'known')
  if (!own) throw new ControlError('database-plate-unverified', named(state))
  work.say('deleting')
  work.mustBeWanted()
  try {
    await api.deleteProject(ref)
  } catch (error) {
    // the answer may be lost and the work done
    if ((await projectIfThere(api, ref)) === null) return
    if (!hasCode(error, 'api-refused') || error.values.status !== 400) throw error
    throw new ControlError('project-deletion-refused', { ...named(state), answer: error.values.answer })
  }
}

/** Null where nothing is left of a project, or will be in a moment. @throws ControlError those of the API */
export async function projectIfThere(api: ManagementApi, ref: Ref): Promise<Project | null> {
  try {
    const project = await api.project(ref)
    return GOING.includes(project.status) ? null : project
  } catch (error) {
    if (isStatus(error, 404)) return null
    throw error
  }
}
