import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { GitHub } from '../../infra/watch/github.ts'
import { World } from '../watch/world.ts'

/** An environment as GitHub keeps it. */
export interface KeptEnvironment {
  reviewers: readonly { type: 'User' | 'Team'; id: number }[]
  waitTimer: number
  selected: boolean
  branches: string[]
  secrets: string[]
}

type Answer = { readonly status: number; readonly body?: unknown }
const NOT_FOUND: Answer = { status: 404, body: { message: 'Not Found' } }

/**
 * GitHub's emulator with what it lacks, and nothing else stood in for: environments with their branches and the names
 * of their secrets, the repository's variables, the errors of CODEOWNERS, and the state of a workflow (the emulator has
 * no way to add one). Every other call goes through to the emulator.
 */
export class EnvironmentsStandIn {
  readonly world: World
  readonly environments = new Map<string, KeptEnvironment>()
  readonly variables = new Map<string, string>()
  codeownersErrors: { line: number }[] = []
  #watchState: string | null = null
  /** Every call that changes something. */
  readonly writes: string[] = []
  /** Asked first: an answer takes the place of the call. */
  instead: (method: string, path: string) => Answer | null = () => null
  readonly #server: Server
  url = ''

  private constructor(world: World) {
    this.world = world
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  static async open(): Promise<EnvironmentsStandIn> {
    const standIn = new EnvironmentsStandIn(await World.open())
    await new Promise<void>((resolve) => standIn.#server.listen(0, '127.0.0.1', resolve))
    const address = standIn.#server.address()
    if (address === null || typeof address === 'string') throw new TypeError('no port')
    standIn.url = `http://127.0.0.1:${address.port}`
    return standIn
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    await this.world.close()
  }

  /** As the owner of the repository, who may change its settings. */
  github(token = 'token-of-the-owner'): GitHub {
    return new GitHub(this.world.target({ apiUrl: this.url, token }), { retries: 0 })
  }

  /** The state of watch.yml; null while it is not there. */
  setWatch(state: string | null): void {
    this.#watchState = state
  }

  add(name: string, more: Partial<KeptEnvironment> = {}): KeptEnvironment {
    const one = { reviewers: [], waitTimer: 0, selected: false, branches: [], secrets: [], ...more }
    this.environments.set(name, one)
    return one
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [method, path] = [request.method ?? '', request.url ?? '']
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    if (method !== 'GET') this.writes.push(`${method} ${path.replace(/^\/repos\/[^/]+\/[^/]+/, '')}`)
    const own = this.instead(method, path) ?? this.#own(method, path, text)
    if (own) {
      response.writeHead(own.status, { 'content-type': 'application/json' })
      return void response.end(own.body === undefined ? '' : JSON.stringify(own.body))
    }
    const answer = await fetch(this.world.url + path, {
      method,
      headers: {
        authorization: request.headers.authorization ?? '',
        'content-type': request.headers['content-type'] ?? 'application/json',
      },
      ...(text === '' ? {} : { body: text }),
    })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    response.end(await answer.text())
  }

  #own(method: string, path: string, text: string): Answer | null {
    if (/\/codeowners\/errors/.test(path)) return { status: 200, body: { errors: this.codeownersErrors } }
    if (path.includes('/actions/workflows/watch.yml') && this.#watchState !== null)
      return { status: 200, body: { state: this.#watchState } }
    const [, variable] = /\/actions\/variables\/([^/?]+)/.exec(path) ?? []
    if (variable !== undefined) {
      const value = this.variables.get(variable)
      return value === undefined ? NOT_FOUND : { status: 200, body: { name: variable, value } }
    }
    const [, name, rest = ''] = /\/environments\/([^/?]+)([^?]*)/.exec(path) ?? []
    if (name === undefined) return null
    if (method === 'PUT' && rest === '') return this.#put(name, JSON.parse(text))
    const one = this.environments.get(name)
    if (!one) return NOT_FOUND
    if (rest === '') return { status: 200, body: answerOf(name, one) }
    if (rest === '/secrets')
      return {
        status: 200,
        body: { total_count: 0, secrets: one.secrets.map((secret) => ({ name: secret })) },
      }
    if (method === 'POST') one.branches.push(JSON.parse(text).name)
    if (method === 'DELETE') {
      one.branches.splice(Number(rest.split('/').at(-1)) - 1, 1)
      return { status: 204 }
    }
    const branch_policies = one.branches.map((branch, index) => ({ id: index + 1, name: branch }))
    return { status: 200, body: method === 'POST' ? branch_policies.at(-1) : { branch_policies } }
  }

  #put(name: string, body: Readonly<Record<string, unknown>>): Answer {
    const { reviewers, wait_timer, deployment_branch_policy: policy } = body
    const one = this.environments.get(name) ?? this.add(name)
    one.reviewers = Array.isArray(reviewers) ? reviewers : []
    one.waitTimer = typeof wait_timer === 'number' ? wait_timer : 0
    one.selected = policy !== null && policy !== undefined
    return { status: 200, body: answerOf(name, one) }
  }
}

function answerOf(name: string, { reviewers, waitTimer, selected }: KeptEnvironment) {
  return {
    name,
    protection_rules: [
      ...(waitTimer > 0 ? [{ type: 'wait_timer', wait_timer: waitTimer }] : []),
      ...(reviewers.length > 0
        ? [
            {
              type: 'required_reviewers',
              reviewers: reviewers.map(({ type, id }) => ({ type, reviewer: { id } })),
            },
          ]
        : []),
      ...(selected ? [{ type: 'branch_policy' }] : []),
    ],
    deployment_branch_policy: selected ? { protected_branches: false, custom_branch_policies: true } : null,
  }
}
