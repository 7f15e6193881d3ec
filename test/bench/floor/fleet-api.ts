import { startFleetApi } from '../../fleet/api.ts'
import { declare } from '../../fleet/projects.ts'

// A Management API in a process of its own, so that the one that is measured has its processor to itself.

const [count, latencyMs, folder] = process.argv.slice(2)
const fleet = await startFleetApi(Number(count), { latencyMs: Number(latencyMs), perMinute: 1_000 })
await declare(folder ?? '', fleet.projects)
process.on('message', () => process.send?.([...fleet.calls]))
process.send?.(fleet.env)
