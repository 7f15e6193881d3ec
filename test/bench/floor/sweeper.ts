import { judge } from '../../../infra/isolation/judge.ts'
import { sweep } from '../../../infra/isolation/sweep.ts'
import { publicKeysFor } from '../../../infra/provider/signature.ts'
import { readRegistry } from '../../../infra/registry/registry.ts'
import { ManagementApi } from '../../../infra/supabase/client.ts'
import { PublicKeys } from '../../../infra/supabase/jwks.ts'
import { readTarget } from '../../../infra/supabase/target.ts'
import { timed } from '../pairs.ts'

// One sweep and its judgement in a process of its own, that tells how long it took and what it kept in memory.

const registry = await readRegistry(process.argv[2] ?? '')
const target = readTarget(process.env)
const api = new ManagementApi(target, { token: process.env.SUPABASE_ACCESS_TOKEN ?? '' })
const before = kept()
let world: Awaited<ReturnType<typeof sweep>> | undefined
let verdict = ''
const cpu = process.cpuUsage()
const ms = await timed(async () => {
  world = await sweep({
    ...{ registry, api, publicKeys: new PublicKeys(target, {}), pinned: publicKeysFor(target.source, []) },
    ...{ recorded: null, ledger: null, deep: false, moment: 'between' },
  })
  verdict = judge(world).verdict
})
await api.close()
const { user, system } = process.cpuUsage(cpu)
const bytes = kept() - before
process.send?.({
  ms,
  cpuMs: (user + system) / 1000,
  verdict,
  bytesEach: bytes / (world?.orchestras.length ?? 0),
})
process.disconnect?.()

/** Bytes that are still needed. */
function kept(): number {
  if (!globalThis.gc) throw new TypeError('to be started with --expose-gc')
  globalThis.gc()
  return process.memoryUsage().heapUsed
}
