import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { Row } from '../row.ts'
import { ROOT } from '../whole.ts'

const aims = z.array(z.object({ text: z.string(), value: z.number(), held: z.boolean() }))

export const gatewayRow: Row = {
  name: 'gateway',
  work: 'requests through the gateway, verified and passed on',
  against: "a bare proxy of Node's own parts, and @fastify/http-proxy",
  async measure({ rounds, shotSeconds }) {
    const folder = await mkdtemp(join(tmpdir(), 'bench-gateway-'))
    const file = join(folder, 'aims.json')
    const env = {
      ...process.env,
      ...{ BENCH_RESULT: file, BENCH_ROUNDS: `${rounds}`, BENCH_SECONDS: `${shotSeconds}` },
    }
    try {
      const child = spawn(join(ROOT, 'node_modules/.bin/tsx'), [join(ROOT, 'test/bench/gateway.ts')], {
        env,
        stdio: 'inherit',
      })
      const [code] = await once(child, 'exit')
      if (code !== 0) throw new Error(`exit ${code}`)
      return {
        pairs: null,
        aims: aims.parse(JSON.parse(await readFile(file, 'utf8'))),
        facts: { rounds, 'seconds each': shotSeconds },
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}
