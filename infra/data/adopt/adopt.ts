import { ControlError } from '../../errors.ts'
import { entriesOf } from '../../registry/files.ts'
import type { Registry } from '../../registry/registry.ts'
import type { ManagementApi } from '../../supabase/client.ts'
import { writeNew } from './file.ts'
import { type Outcome, proposeFor } from './proposals.ts'

/** What an organization's projects came to. */
export interface Adoption {
  readonly organization: string
  readonly outcomes: readonly Outcome[]
  /** Whether the proposed files were written. */
  readonly written: boolean
}

/**
 * Reads an organization and proposes a file for each of its projects that has none; a token that may only read is
 * enough. With `write` the files are written. Nothing is changed at Supabase.
 * @throws ControlError `registry-refused` for files that cannot be read, since they may claim any project; those of the
 * API; `file-failed`
 */
export async function adopt(api: ManagementApi, registry: Registry, write: boolean): Promise<Adoption> {
  const { folder, settings } = registry
  const problems = registry.problems.filter(({ rule }) => rule !== 'no-orchestras')
  if (problems.length > 0) throw new ControlError('registry-refused', { problems: problems.length, folder })
  const { organization } = settings
  const projects = await api.listProjects(organization)
  const files = (await entriesOf(folder)).map(({ name }) => name)
  const outcomes = proposeFor(projects, registry, files)
  if (!write) return { organization, outcomes, written: false }
  return {
    organization,
    outcomes: await Promise.all(outcomes.map((one) => keep(folder, one))),
    written: true,
  }
}

async function keep(folder: string, outcome: Outcome): Promise<Outcome> {
  if (outcome.kind !== 'proposed') return outcome
  const { slug, text } = outcome.proposal
  if (await writeNew(folder, `${slug}.yaml`, text)) return outcome
  return { project: outcome.project, kind: 'undecided', reason: { code: 'slug-taken', slug } }
}
