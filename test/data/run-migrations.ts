import { migrateAll } from '../../infra/data/migrations.ts'
import { publicKeysFor } from '../../infra/provider/signature.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { ManagementApi } from '../../infra/supabase/client.ts'
import { readTarget } from '../../infra/supabase/target.ts'

// A run of its own, to be killed: `run-migrations.ts ORCHESTRAS`, the sandbox by the environment.
const { orchestras, migrations } = await readRegistry(process.argv[2] ?? '')
const api = new ManagementApi(readTarget(process.env), { token: process.env.SUPABASE_ACCESS_TOKEN ?? '' })
const candidates = orchestras.flatMap(({ slug, ref }) => (ref ? [{ slug, ref, recorded: null }] : []))
const tools = { api, pinned: publicKeysFor('sandbox', []), migrations: migrations ?? [] }
await migrateAll(tools, candidates, null, () => {})
await api.close()
