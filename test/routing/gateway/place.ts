import { connect } from 'node:net'
import { createClient } from '@supabase/supabase-js'
import { Agent, fetch as undiciFetch } from 'undici'
import { expect } from 'vitest'
import { z } from 'zod'
import type { Ledger } from '../../../infra/ledger/schema.ts'
import { signLedger } from '../../../infra/ledger/signed.ts'
import { Gateway, type GatewayOptions, type LogEntry } from '../../../infra/routing/gateway/gateway.ts'
import { type GatewayServer, serve } from '../../../infra/routing/gateway/node.ts'
import { Router } from '../../../infra/routing/router.ts'
import { apiKeys } from '../../sandbox/clients.ts'
import { refOf, Stage } from '../../support.ts'
import { ledgerOf, TRUST } from '../world.ts'

export const REFS = { malmo: refOf('ab'), sco: refOf('cd'), visby: refOf('ef') } as const
export type Name = keyof typeof REFS
export const NAMES = Object.keys(REFS) as Name[]
export const PASSWORD = 'correct-horse-battery-staple'
export const SECRET = 'a secret of this test alone, long enough'
export const SLOT_MS = 400
/** Plays in malmo and sco, with one address and one password. */
export const BOTH = 'cello@private.example'
export const mailOf = (name: Name) => `viola@${name}.example`
export const nameOf = (name: Name) => `Orkestern ${name}`

const SCHEMA = `
  create table public.notes (
    id bigint generated always as identity primary key,
    owner uuid not null default auth.uid() references auth.users on delete cascade,
    title text not null
  );
  create function public.same(p int) returns int language sql immutable as 'select p';
  alter table notes enable row level security;
  create policy own on notes to authenticated using (owner = auth.uid()) with check (owner = auth.uid());
  select 1`

/** Every name is this machine: not every resolver knows what lies below `localhost`. */
const agent = new Agent({
  connect: {
    lookup: (_name, options, done) => {
      if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }])
      else done(null, '127.0.0.1', 4)
    },
  },
})
export const fetchHere = ((url: string, init: object) =>
  undiciFetch(url, { ...init, dispatcher: agent })) as unknown as typeof fetch

export interface Reply {
  readonly status: number
  readonly head: string
  readonly body: string
}

/** Three orchestras on real clusters, with a router and a gateway before them. */
export class Place {
  readonly stage: Stage
  readonly router: Router
  readonly gateway: Gateway
  readonly log: LogEntry[] = []
  /** What the ledger's source says next. */
  readonly source: { text: string }
  readonly ledger: Ledger
  readonly #server: GatewayServer

  private constructor(stage: Stage, ledger: Ledger, source: Place['source'], parts: Parts) {
    this.stage = stage
    this.ledger = ledger
    this.source = source
    this.router = parts.router
    this.gateway = parts.gateway
    this.#server = parts.server
    this.log = parts.log
  }

  static async open(options: Partial<GatewayOptions> = {}): Promise<Place> {
    const declared = NAMES.map((slug) => [slug, `name: ${nameOf(slug)}\nref: ${REFS[slug]}\n`])
    const stage = await Stage.open(Object.fromEntries(declared))
    const { orchestras } = await stage.registry()
    const entries = await Promise.all(
      orchestras.map(async ({ slug, name }) => {
        const ref = REFS[slug as string as Name]
        const domains = [`${slug}.example`, ...(slug === 'visby' ? [] : ['shared.example'])]
        const login = { admins: [`admin@${slug}.example`], domains }
        const publishableKey = await stage.api.publishableKey(ref)
        return { ...{ slug, name, ref, login, publishableKey }, retired: false, merged: null, proven: null }
      }),
    )
    const ledger = ledgerOf(entries, new Date('2026-01-01T00:00:00Z'))
    const source = { text: await signLedger(stage.key, ledger) }
    const router = await Router.open({
      ledger: async () => source.text,
      trust: TRUST,
      target: stage.api.target,
      reloadMs: 3_600_000,
      onProblem: () => {},
    })
    const log: LogEntry[] = []
    const gateway = new Gateway({
      ...{ router, domain: 'localhost', secret: SECRET, language: 'sv', slotMs: SLOT_MS },
      log: (entry) => log.push(entry),
      ...options,
    })
    const server = await serve(gateway, '127.0.0.1', 0)
    const place = new Place(stage, ledger, source, { router, gateway, server, log })
    for (const name of NAMES) {
      await stage.sql(REFS[name], SCHEMA)
      await place.#addUser(name, mailOf(name))
      if (name !== 'visby') await place.#addUser(name, BOTH)
    }
    return place
  }

  get port(): number {
    return this.#server.port
  }

  /** An orchestra's own address, or the common one. */
  url(name?: Name): string {
    return `http://${name === undefined ? '' : `${name}.`}localhost:${this.port}`
  }

  /** Supabase's own client, as an application has it: nothing but the address is other than without a gateway. */
  client(name?: Name) {
    return createClient(this.url(name), 'sb_publishable_whatever', {
      auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
      global: { fetch: fetchHere },
    })
  }

  async signIn(name: Name, email = mailOf(name)) {
    const client = this.client(name)
    const { data, error } = await client.auth.signInWithPassword({ email, password: PASSWORD })
    expect(error).toBeNull()
    if (!data.session) throw new Error('no session')
    return { client, session: data.session }
  }

  keysOf(name: Name) {
    return apiKeys(this.stage.call, REFS[name])
  }

  /** A refresh token as the project itself gives it. */
  async bareSession(name: Name) {
    const answer = await fetch(`${this.router.at(name).url}/auth/v1/token?grant_type=password`, {
      method: 'POST',
      headers: { apikey: this.router.at(name).publishableKey, 'content-type': 'application/json' },
      body: JSON.stringify({ email: mailOf(name), password: PASSWORD }),
    })
    return z.object({ access_token: z.string(), refresh_token: z.string() }).parse(await answer.json())
  }

  /** Sends exactly these bytes, and reads until the connection ends or an answer is whole. */
  raw(bytes: string): Promise<Reply> {
    return this.#sent(bytes, false)
  }

  /** The same, but reads until the connection ends, however many answers come. */
  whole(bytes: string): Promise<Reply> {
    return this.#sent(bytes, true)
  }

  #sent(bytes: string, toTheEnd: boolean): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(bytes, 'latin1'))
      let text = ''
      const done = () => {
        socket.destroy()
        const [head = '', ...body] = text.split('\r\n\r\n')
        resolve({ status: Number(head.split(' ')[1] ?? 0), head, body: body.join('\r\n\r\n') })
      }
      socket.setEncoding('latin1')
      socket.on('data', (chunk) => {
        text += chunk
        if (toTheEnd) return
        const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1]
        const end = text.indexOf('\r\n\r\n')
        if (end < 0) return
        const whole = length !== undefined && text.length >= end + 4 + Number(length)
        if (whole || text.endsWith('\r\n0\r\n\r\n')) done()
      })
      socket.on('end', done)
      socket.on('error', reject)
      socket.setTimeout(20_000, () => reject(new Error('no answer')))
    })
  }

  /** The calls that a piece of work makes of projects, but for their public keys. */
  async reached<T>(work: () => Promise<T>) {
    const { result, made } = await this.stage.during(work)
    const calls = made.filter(
      ({ path }) => path.startsWith('/projects/') && !path.endsWith('/.well-known/jwks.json'),
    )
    return { result, calls, refs: new Set(calls.map(({ ref }) => ref)) }
  }

  async titles(name: Name): Promise<unknown[]> {
    const rows = await this.stage.sql(REFS[name], 'select title from public.notes order by title')
    return rows.map(({ title }) => title)
  }

  async close(): Promise<void> {
    await this.#server.stop(1_000)
    this.router.close()
    await this.stage.close()
  }

  async #addUser(name: Name, email: string): Promise<void> {
    const { url, publishableKey: apikey } = this.router.at(name)
    const answer = await fetch(`${url}/auth/v1/signup`, {
      method: 'POST',
      headers: { apikey, 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: PASSWORD }),
    })
    if (!answer.ok) throw new Error(`signup: ${answer.status}`)
  }
}

interface Parts {
  readonly router: Router
  readonly gateway: Gateway
  readonly server: GatewayServer
  readonly log: LogEntry[]
}
