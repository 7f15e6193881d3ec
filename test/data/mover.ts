import { moveOrchestra } from '../../infra/data/move/run.ts'
import { hasCode } from '../../infra/errors.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { ManagementApi } from '../../infra/supabase/client.ts'
import { PublicKeys } from '../../infra/supabase/jwks.ts'
import { readTarget } from '../../infra/supabase/target.ts'

// Moves Basso as far as the switch, in a process that a test may kill at any moment: orchestras, state.
const [folder = '', state = ''] = process.argv.slice(2)
const target = readTarget(process.env)
const api = new ManagementApi(target, { token: process.env.SUPABASE_ACCESS_TOKEN ?? '' })
const registry = await readRegistry(folder)
const basso = registry.orchestras.find(({ slug }) => slug === 'basso')
if (!basso) throw new Error('no Basso')
const publicKeys = new PublicKeys(target, {})
const means = { registry, api, publicKeys, engine: { state, target, env: process.env }, ledger: null }
for (const verb of ['create', 'copy', 'verify', 'switch'] as const) {
  try {
    await moveOrchestra(means, basso, { verb, region: null, dryRun: false, discard: false }, () => {})
  } catch (error) {
    // an earlier process got further than this step
    if (!hasCode(error, 'move-refused') || error.values.why !== 'already-switched') throw error
  }
}
await api.close()
