import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from './api.ts'
import type { Project, Server } from './projects.ts'

/** What the project's database says to one of our own statements; any other is refused. */
export async function answerQuery({ server }: Project, body: string): Promise<Answer> {
  const query: unknown = JSON.parse(body).query
  if (typeof query !== 'string') return { status: 400, body: { message: 'query: must be a string' } }
  const held = /pg_advisory_xact_lock_shared\((\d+)[\s\S]*pg_sleep\((\d+)\)/.exec(query)
  if (held) return hold(server, held[1] ?? '', Number(held[2]))
  const sought = /unnest\('\{([\d,]*)\}'/.exec(query)
  if (sought) {
    const seen = (sought[1] ?? '').split(',').filter((key) => server.locks.has(key))
    return rows(seen.map((key) => ({ key })))
  }
  if (!query.includes('as system_id')) return { status: 400, body: { message: 'no statement known here' } }
  return rows([query.includes('as plates') ? { ...identity(server), ...contents(server) } : identity(server)])
}

async function hold({ locks }: Server, key: string, seconds: number): Promise<Answer> {
  locks.add(key)
  await sleep(seconds * 1000)
  locks.delete(key)
  return rows([{ pg_sleep: '' }])
}

function identity({ systemId, startedAt }: Server) {
  return {
    system_id: systemId,
    started_at: `${startedAt}.000001`,
    now: (Date.now() / 1000).toFixed(6),
    in_recovery: false,
    database_oid: '5',
  }
}

function contents({ plates, musicians, productions }: Server) {
  return {
    musicians: `${musicians}`,
    projects: `${productions}`,
    bytes: `${8_000_000 + musicians * 8_192}`,
    migrations: hex([]),
    fingerprint: 'f'.repeat(32),
    plates: hex(plates),
    foreign_servers: hex([]),
    subscriptions: hex([]),
  }
}

function hex(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('hex')
}

function rows(body: readonly Readonly<Record<string, unknown>>[]): Answer {
  return { status: 201, body }
}
