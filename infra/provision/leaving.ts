import type { Departure } from '../engine/removals.ts'
import { projectIfThere } from '../provider/deleting.ts'
import type { Orchestra } from '../registry/orchestra.ts'
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
