import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect } from 'vitest'
import { Gateway, type GatewayOptions, type LogEntry } from '../../../infra/routing/gateway/gateway.ts'
import { type GatewayServer, serve } from '../../../infra/routing/gateway/node.ts'
import { json, type Project } from '../projects.ts'
import { World } from '../world.ts'

type Reply = NonNullable<Project['reply']>

export const CHUNK = Buffer.alloc(65_536, 'x')
export const rows: Reply = (response) => json(response, 200, [{ id: 1 }])

/** The project answers so to everything but the question for its keys. */
export function replies(project: Project, reply: Reply): void {
  project.reply = (response, path) => {
    if (!path.endsWith('jwks.json')) return reply(response, path)
    project.reply = null
    project.answer(response, path, {})
    replies(project, reply)
  }
}

export const headersFor = (project: Project, more: object = {}) => ({
  ...{ host: `${project.slug}.app.example`, authorization: `Bearer ${project.token()}` },
  'x-supabase-api-version': '2024-01-01',
  ...more,
})

/** A gateway before projects that answer as a test says. */
export class Front {
  readonly world: World
  log: LogEntry[] = []
  #running: { readonly gateway: Gateway; readonly server: GatewayServer } | null = null

  private constructor(world: World) {
    this.world = world
  }

  static async open(): Promise<Front> {
    const front = new Front(await World.open())
    await front.begin()
    return front
  }

  /** Another gateway in the place of the one before. */
  async begin(options: Partial<GatewayOptions> = {}): Promise<void> {
    await this.stop(0)
    this.log = []
    const gateway = new Gateway({
      ...{ router: this.world.router, domain: 'app.example', secret: undefined, language: 'en', slotMs: 50 },
      log: (entry) => this.log.push(entry),
      ...options,
    })
    this.#running = { gateway, server: await serve(gateway, '127.0.0.1', 0) }
  }

  get port(): number {
    return this.#now.server.port
  }

  async stop(patienceMs: number): Promise<void> {
    await this.#running?.server.stop(patienceMs)
  }

  /** Through the handler, as any web server would call it. */
  fetch(url: string, init: RequestInit = {}): Promise<Response> {
    return this.#now.gateway.fetch(new Request(url, init))
  }

  /** The same, by a user of this project. */
  ask(project: Project, path = '/rest/v1/notes', init: RequestInit = {}): Promise<Response> {
    const { host, ...headers } = headersFor(project, init.headers)
    return this.fetch(`http://${host}${path}`, { ...init, headers })
  }

  /** A login at this host, whatever comes of it. */
  async logIn(host: string, email = 'a@malmo.example') {
    const answer = await this.fetch(`http://${host}/auth/v1/token?grant_type=password`, {
      method: 'POST',
      headers: { 'x-supabase-api-version': '2024-01-01' },
      body: JSON.stringify({ email, password: 'x' }),
    })
    return { status: answer.status, said: (await answer.json()) as Record<string, unknown> }
  }

  /** Through the server, and left to the test from the first byte on. */
  async open(
    project: Project,
    { method = 'GET', path = '/rest/v1/notes', more = [] as string[] } = {},
  ): Promise<Socket> {
    const socket = connect(this.port, '127.0.0.1')
    await once(socket, 'connect')
    const lines = Object.entries(headersFor(project)).map(([name, value]) => `${name}: ${value}`)
    socket.write(`${[`${method} ${path} HTTP/1.1`, ...lines, ...more].join('\r\n')}\r\n\r\n`)
    return socket
  }

  async served(project: Project): Promise<void> {
    replies(project, rows)
    expect(await (await this.ask(project)).json()).toEqual([{ id: 1 }])
  }

  async close(): Promise<void> {
    await this.stop(0)
    await this.world.close()
  }

  get #now() {
    if (!this.#running) throw new TypeError('not begun')
    return this.#running
  }
}

/** All that comes until the connection ends. */
export async function textOf(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk
  })
  socket.on('error', () => {})
  await once(socket, 'close')
  return text
}
