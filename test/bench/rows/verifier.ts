import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { LOOKS_AT_ONCE } from '../../../infra/registry/plan.ts'
import { plainEnv } from '../../support.ts'
import { spread } from '../pairs.ts'
import { atMost, exactly, type Row } from '../row.ts'

const FLOOR = join(import.meta.dirname, '../floor')
const LATENCY_MS = 50
/** A statement and a key set are asked for at once. */
const CALLS_AT_ONCE = 2 * LOOKS_AT_ONCE
/** A page of the list begins with the last project of the one before. */
const NEW_PER_PAGE = 99

const STATEMENT = 'POST /v1/projects/{ref}/database/query/read-only'
const KEY_SET = 'GET /projects/{ref}/auth/v1/.well-known/jwks.json'
const LIST = 'GET /v1/organizations/{slug}/projects'

const sweptSchema = z.object({
  ...{ ms: z.number(), cpuMs: z.number() },
  ...{ verdict: z.string(), bytesEach: z.number() },
})

export const verifierRow: Row = {
  name: 'verifier',
  work: `a sweep and its judgement, each call to the API taking ${LATENCY_MS} ms`,
  against: `calls × ${LATENCY_MS} ms / ${CALLS_AT_ONCE} at once`,
  why: 'a bare client of the same calls, as many at once and each key set over a connection of its own as in production, took 1.12 times this floor on the same machine (1.76 s, 1 December 2026). What is left is the processor: the first calls of a process that has just started, rows that are parsed, a signature and a thumbprint each',
  async measure({ orchestras, rounds }) {
    const some = await sweeps(orchestras, rounds)
    const more = await sweeps(4 * orchestras, 1)
    const calls = some.each(STATEMENT) + some.each(KEY_SET) + some.each(LIST)
    const floor = (calls * LATENCY_MS) / CALLS_AT_ONCE
    const alone = spread(some.swept.map(({ ms }) => ms))
    const ratio = spread(some.swept.map(({ ms }) => ms / floor))
    const bytes = (swept: typeof some.swept) => spread(swept.map(({ bytesEach }) => bytesEach)).median
    return {
      pairs: { floor: spread([floor]), mine: alone, ratio },
      aims: [
        atMost(1.15, 'times the floor', ratio.median),
        exactly(1, 'statements for each orchestra', some.each(STATEMENT) / orchestras),
        exactly(Math.max(1, Math.ceil((orchestras - 1) / NEW_PER_PAGE)), 'list calls', some.each(LIST)),
        atMost(1.1, 'times the memory for each of four times as many', bytes(more.swept) / bytes(some.swept)),
      ],
      facts: {
        orchestras,
        calls,
        'ms of processor time': spread(some.swept.map(({ cpuMs }) => cpuMs)).median,
        'KB kept for each': bytes(some.swept) / 1024,
        'KB kept for each of four times as many': bytes(more.swept) / 1024,
      },
    }
  },
}

/** So many sweeps of a healthy fleet, and how often each call was made in one of them. */
async function sweeps(count: number, rounds: number) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-fleet-'))
  const api = fork(join(FLOOR, 'fleet-api.ts'), [`${count}`, `${LATENCY_MS}`, join(folder, 'orchestras')])
  try {
    const env = z.record(z.string(), z.string()).parse((await once(api, 'message'))[0])
    const swept: z.infer<typeof sweptSchema>[] = []
    for (let round = 0; round < rounds; round++) {
      const child = fork(join(FLOOR, 'sweeper.ts'), [join(folder, 'orchestras')], {
        env: { ...plainEnv(), ...env },
        execArgv: [...process.execArgv, '--expose-gc'],
      })
      const one = sweptSchema.parse((await once(child, 'message'))[0])
      if (one.verdict !== 'isolated') throw new Error(`a healthy fleet is ${one.verdict}`)
      swept.push(one)
    }
    api.send('calls')
    const calls = new Map(z.array(z.tuple([z.string(), z.number()])).parse((await once(api, 'message'))[0]))
    return { swept, each: (call: string) => (calls.get(call) ?? 0) / rounds }
  } finally {
    api.kill()
    await rm(folder, { recursive: true, force: true })
  }
}
