import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { type Contestant, contestants, PREFIX } from './contestants.ts'
import type { Aim } from './row.ts'
import { upstream } from './upstream.ts'

// What the gateway costs, beside a bare proxy of Node's own parts and @fastify/http-proxy, all with keep-alive and
// in one run: each in a process of its own, in turn, several rounds, medians of the rounds. Processor time is that of
// the proxy's process alone, and so says the same on a machine that has other things to do. BENCH_RESULT names a file
// that is to have the aims, too.

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
  /** The proxy's own processor time for one request, in microseconds. */
  readonly cpu: number
  readonly failed: number
}

const [role, given] = process.argv.slice(2)
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.(user + system)
})
if (role === 'upstream') process.send?.(await upstream(JSON.parse(given ?? '')))
else if (role) process.send?.(await contestants[role as Contestant](given ?? ''))
else await measure()

async function measure(): Promise<void> {
  await introduce()
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' }
  const target = await started('upstream', JSON.stringify(jwk))
  const project = `http://127.0.0.1:${target.port}`
  const token = await new SignJWT({ role: 'authenticated', email: 'a@bench.example', session_id: 's' })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: 'bench' })
    .setIssuer(`${project}${PREFIX}/auth/v1`)
    .setAudience('authenticated')
    .setSubject(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey)
  const proxies = await Promise.all(NAMES.map(async (name) => [name, await started(name, project)] as const))
  let failed = 0
  const aims: Aim[] = []
  for (const one of CASES) {
    const rounds = new Map<Contestant, Figures[]>(NAMES.map((name) => [name, []]))
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, proxy] of proxies) {
        const figures = await shot(proxy, one, token)
        failed += figures.failed
        // the first is for warming up
        if (round > 0) rounds.get(name)?.push(figures)
      }
    }
    aims.push(...print(one, rounds))
  }
  for (const { stop } of [target, ...proxies.map(([, proxy]) => proxy)]) stop()
  if (process.env.BENCH_RESULT) await writeFile(process.env.BENCH_RESULT, JSON.stringify(aims))
  console.log(`\n${aims.filter(({ held }) => held).length} of ${aims.length} aims held`)
  if (failed > 0) console.error(`${failed} requests failed: the figures mean nothing`)
  process.exitCode = failed > 0 ? 1 : 0
}

async function introduce(): Promise<void> {
  const version = async (name: string) => {
    const text = await readFile(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8')
    return `${name} ${JSON.parse(text).version}`
  }
  const versions = await Promise.all(['undici', '@fastify/http-proxy', 'fastify', 'autocannon'].map(version))
  const processors = cpus()
  console.log(`${processors.length} × ${processors[0]?.model}, load ${loadavg()[0]?.toFixed(1)}`)
  console.log([`node ${process.version}`, ...versions].join(', '))
  console.log(`${ROUNDS} rounds of ${SECONDS} s`)
}

async function shot({ port, cpu }: Started, { path, connections, body }: Case, token: string) {
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
  const before = await cpu()
  autocannon(options, (error, result) => (error ? reject(error) : resolve(result))).on(
    'response',
    (_client, _status, _bytes, milliseconds) => times.push(milliseconds),
  )
  const { requests, errors, non2xx } = await promise
  const spent = (await cpu()) - before
  return {
    ...{ perSecond: requests.average, median: middle(times), failed: errors + non2xx },
    cpu: spent / requests.total,
  }
}

/** Prints the medians, and which of the aims they reach: each is one of what is returned. */
function print({ name }: Case, rounds: ReadonlyMap<Contestant, readonly Figures[]>): readonly Aim[] {
  console.log(`\n${name}`)
  const of = (who: Contestant, what: 'perSecond' | 'median' | 'cpu') =>
    middle((rounds.get(who) ?? []).map((figures) => figures[what]))
  // within one round, for a machine with other work is another one a minute later
  const beside = (who: Contestant, what: (mine: Figures, bare: Figures) => number) =>
    middle((rounds.get(who) ?? []).map((mine, round) => what(mine, rounds.get('bare')?.[round] ?? mine)))
  const share = (who: Contestant) => beside(who, (mine, bare) => mine.perSecond / bare.perSecond)
  const more = (who: Contestant) => beside(who, (mine, bare) => mine.median - bare.median)
  for (const who of NAMES) {
    const figures = [
      `${of(who, 'perSecond').toFixed(0).padStart(7)} /s  ${share(who).toFixed(2)} of bare`,
      `median ${of(who, 'median').toFixed(3)} ms (${more(who).toFixed(3)} ms more)`,
      `cpu ${of(who, 'cpu').toFixed(0)} µs`,
    ]
    console.log(`  ${who.padEnd(8)} ${figures.join('   ')}`)
  }
  const [mine, fastify, slower] = [share('gateway'), share('fastify'), more('gateway')]
  const aims: readonly Aim[] = [
    { text: 'at least 0.85 of bare', value: mine, held: mine >= 0.85 },
    { text: `no slower than fastify (${fastify.toFixed(2)} of bare)`, value: mine, held: mine >= fastify },
    { text: 'under 1 ms more at the median', value: slower, held: slower < 1 },
  ]
  for (const { text, held } of aims) console.log(`  ${held ? 'yes' : 'NO '}  ${text}`)
  return aims.map((aim) => ({ ...aim, text: `${name}: ${aim.text}` }))
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

interface Started {
  readonly port: number
  /** Processor time so far, in microseconds. */
  readonly cpu: () => Promise<number>
  readonly stop: () => void
}

async function started(name: string, words: string): Promise<Started> {
  const child = fork(fileURLToPath(import.meta.url), [name, words])
  const ended = new AbortController()
  child.once('exit', () => ended.abort(new Error(`${name} ended`)))
  const said = async () => Number((await once(child, 'message', { signal: ended.signal }))[0])
  const port = await said()
  const cpu = () => {
    child.send('cpu')
    return said()
  }
  return { port, cpu, stop: () => child.kill() }
}
