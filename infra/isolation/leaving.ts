import type { RecordedProject } from '../engine/recorded.ts'
import { announcedDepartures, type Departure } from '../engine/removals.ts'
import { ControlError } from '../errors.ts'
import { projectIfThere } from '../provider/deleting.ts'
import type { Orchestra, Slug } from '../registry/orchestra.ts'
import type { Means } from './means.ts'

/** One whose file is gone after its end was announced; `orchestra` null: its project is gone as well. */
export interface Leaving extends Departure {
  readonly orchestra: Orchestra | null
}

/** Asks Supabase which of them are there still. @throws ControlError those of the API */
export async function lookAtLeaving(
  { api, registry, ledger }: Means,
  gone: readonly Departure[],
): Promise<readonly Leaving[]> {
  return Promise.all(
    gone.map(async ({ slug, ref }): Promise<Leaving> => {
      const project = await projectIfThere(api, ref)
      if (project === null) return { slug, ref, orchestra: null }
      const name = ledger?.orchestras.find((one) => one.slug === slug)?.name ?? slug
      const at = { file: `${slug}.yaml`, line: 1, column: 1 }
      const places = { at, nameAt: at, refAt: null, replacesAt: null, regionAt: null, retireAt: null }
      const orchestra: Orchestra = {
        ...{ slug, name, ref, retire: ref, region: project.region, size: registry.settings.defaults.size },
        ...{ replaces: null, login: { admins: [], domains: [] }, contact: null, paused: false },
        ...{ ...places, adminsAt: [] },
      }
      return { slug, ref, orchestra }
    }),
  )
}

/**
 * The same for a proof between applies: an end that is held must not keep everyone unproven, and at last lock itself
 * by the incident that comes of that. Where nobody can tell, they stay undeclared, which the proof says.
 */
export async function lookAtHeld(
  means: Means,
  recorded: ReadonlyMap<Slug, RecordedProject>,
): Promise<readonly Leaving[]> {
  const slugs = means.registry.orchestras.map(({ slug }) => slug)
  try {
    return await lookAtLeaving(means, announcedDepartures(slugs, recorded))
  } catch (error) {
    if (error instanceof ControlError) return []
    throw error
  }
}
