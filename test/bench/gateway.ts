import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { type Contestant, contestants, PREFIX } from './contestants.ts'
import { upstream } from './upstream.ts'

// What the gateway costs, beside a bare proxy of Node's own parts and @fastify/http-proxy, all with keep-alive and
// in one run: each in a process of its own, in turn, several rounds, medians of the rounds.

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const SECONDS = Number(process.env.BENCH_SECONDS ?? 3)
const NAMES: readonly Contestant[] = ['bare', 'fastify', 'gateway']

interface Case {
  readonly name: string
  readonly path: string
  readonly connections: number
  readonly body?: string
}
const row = JSON.stringify({ name: 'Ny musiker', instrument: 'viola', text: 'x'.repeat(900) })
const CASES: readonly Case[] = [
  { name: 'read, 20 connections', path: '/rest/v1/musicians?select=*&order=id', connections: 20 },
  { name: 'read, one connection', path: '/rest/v1/musicians?select=*&order=id', connections: 1 },
  { name: 'write 1 KB, 20 connections', path: '/rest/v1/musicians', connections: 20, body: row },
  { name: 'load 256 KB, 10 connections', path: '/storage/v1/object/noter/viola.pdf', connections: 10 },
]

interface Figures {
  readonly perSecond: number
  /** Milliseconds. */
  readonly median: number
  readonly failed: number
}

const [role, given] = process.argv.slice(2)
if (role === 'upstream') process.send?.(await upstream(JSON.parse(given ?? '')))
else if (role) process.send?.(await contestants[role as Contestant](given ?? ''))
else await measure()

async function measure(): Promise<void> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' }
  const processes = [await started('upstream', JSON.stringify(jwk))]
  const project = `http://127.0.0.1:${processes[0]?.port}`
  const token = await new SignJWT({ role: 'authenticated', email: 'a@bench.example', session_id: 's' })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: 'bench' })
    .setIssuer(`${project}${PREFIX}/auth/v1`)
    .setAudience('authenticated')
    .setSubject(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey)
  const ports = new Map<Contestant, number>()
  for (const name of NAMES) {
    const one = await started(name, project)
    processes.push(one)
    ports.set(name, one.port)
  }
  let failed = 0
  for (const one of CASES) {
    const rounds = new Map<Contestant, Figures[]>(NAMES.map((name) => [name, []]))
    for (let round = 0; round <= ROUNDS; round++) {
      for (const name of NAMES) {
        const figures = await shot(ports.get(name) ?? 0, one, token)
        failed += figures.failed
        // the first is for warming up
        if (round > 0) rounds.get(name)?.push(figures)
      }
    }
    print(one, rounds)
  }
  for (const { stop } of processes) stop()
  if (failed > 0) console.error(`${failed} requests failed: the figures mean nothing`)
  process.exitCode = failed > 0 ? 1 : 0
}

async function shot(port: number, { path, connections, body }: Case, token: string): Promise<Figures> {
  const times: number[] = []
  const { promise, resolve, reject } = Promise.withResolvers<autocannon.Result>()
  const options = {
    ...{ url: `http://127.0.0.1:${port}${path}`, connections, duration: SECONDS },
    headers: {
      authorization: `Bearer ${token}`,
      apikey: 'sb_publishable_bench',
      'accept-profile': 'public',
      'x-client-info': 'supabase-js-node/2',
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { method: 'POST' as const, body }),
  }
  autocannon(options, (error, result) => (error ? reject(error) : resolve(result))).on(
    'response',
    (_client, _status, _bytes, milliseconds) => times.push(milliseconds),
  )
  const { requests, errors, non2xx } = await promise
  return { perSecond: requests.average, median: middle(times), failed: errors + non2xx }
}

function print({ name }: Case, rounds: ReadonlyMap<Contestant, readonly Figures[]>): void {
  console.log(`\n${name}`)
  const of = (who: Contestant, what: 'perSecond' | 'median') =>
    middle((rounds.get(who) ?? []).map((figures) => figures[what]))
  for (const who of NAMES) {
    const [perSecond, median] = [of(who, 'perSecond'), of(who, 'median')]
    const share = (perSecond / of('bare', 'perSecond')).toFixed(2)
    const more = (median - of('bare', 'median')).toFixed(3)
    console.log(
      `  ${who.padEnd(8)} ${perSecond.toFixed(0).padStart(7)} /s  ${share} of bare   median ${median.toFixed(3)} ms (${more} ms more)`,
    )
  }
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function started(name: string, words: string): Promise<{ port: number; stop: () => void }> {
  const child = fork(fileURLToPath(import.meta.url), [name, words])
  return new Promise((resolve, reject) => {
    child.once('message', (port) => resolve({ port: Number(port), stop: () => child.kill() }))
    child.once('exit', (code) => reject(new Error(`${name} ended (${code})`)))
  })
}
