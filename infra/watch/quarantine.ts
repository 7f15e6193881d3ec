import { ControlError } from '../errors.ts'
import { isSlug, type Slug } from '../registry/slug.ts'
import type { GitHub } from './github.ts'
import { readIncidents, stands } from './incidents.ts'

/**
 * The orchestras in a standing incident of kind breach. An incident whose orchestras nobody can tell, because
 * somebody cut its memory away or they are too many, is an error: what was known before then holds, and nothing new
 * begins, until the next watch has written them again. To close every orchestra instead would let one edit of an
 * issue put out the whole fleet.
 * @throws ControlError `incident-untold`, `github-refused`, `github-unreachable`, `github-unintelligible`
 */
export async function readQuarantine(github: GitHub): Promise<ReadonlySet<Slug>> {
  const slugs = new Set<Slug>()
  for (const incident of await readIncidents(github)) {
    if (incident.kind !== 'breach' || !stands(incident)) continue
    const { number, memory } = incident
    if (memory.orchestras === null) throw new ControlError('incident-untold', { number })
    for (const slug of memory.orchestras.filter(isSlug)) slugs.add(slug)
  }
  return slugs
}
