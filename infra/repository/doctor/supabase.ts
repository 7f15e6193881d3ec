import { type Check, good, missing, told, warning } from '../check.ts'
import type { Patient } from './means.ts'

/** What the Supabase token opens, by one call of each kind that reads. */
export async function supabase(patient: Patient): Promise<readonly Check[]> {
  const { api, target, registry, say } = patient
  const { names, ...words } = say.repository
  if (api === null) return [missing(words.noSupabaseToken)]
  const { organization } = registry.settings
  return [
    ...(target.source === 'supabase' ? [] : [warning(words.standIn(target.apiUrl))]),
    await told(names.organization, say, async () =>
      good(words.organization(organization, (await api.listProjects(organization)).length)),
    ),
    await told(names.databases, say, async () => {
      const ref = registry.orchestras.find((one) => one.ref !== null && one.ref !== undefined)?.ref
      if (!ref) return warning(words.noDatabases)
      await api.readOnlyQuery(ref, 'select 1 as one')
      return good(words.databases)
    }),
  ]
}
