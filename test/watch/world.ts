import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createEmulator } from 'emulate'
import { GitHub } from '../../infra/watch/github.ts'
import type { GitHubTarget } from '../../infra/watch/target.ts'
import { WorkflowRuns } from './workflow-runs.ts'

export const BOT = 'github-actions[bot]'
export const OWNER = 'orkestrar'
export const REPO = 'orchestras'
const TOKENS: Readonly<Record<string, string>> = {
  'token-of-the-bot': BOT,
  'token-of-anna': 'anna',
  'token-of-bo': 'bo',
  'token-of-the-owner': OWNER,
}
/** The token of a fork's pull request. The emulator knows no tokens that can only read. */
export const READ_ONLY = 'token-of-a-fork'

/** What goes wrong with a call: instead of it, or, `after`, when GitHub has done the work. */
export type Trouble =
  | {
      readonly status: number
      readonly body?: string
      readonly type?: string
      readonly headers?: Record<string, string>
      readonly after?: boolean
    }
  | { readonly drop: 'before' | 'after' }
  | { readonly hang: true }

type Answer = Omit<Extract<Trouble, { status: number }>, 'after'>

interface Emulator {
  readonly url: string
  close(): Promise<void>
}

export interface Call {
  readonly method: string
  readonly path: string
}

/**
 * GitHub's emulator, and before it a proxy that can be told what goes wrong, and that stands in for what the emulator
 * lacks: runs of workflows, and a token that can only read.
 */
export class World {
  readonly #emulator: Emulator
  readonly #proxy: Server
  url = ''
  readonly runs = new WorkflowRuns(
    async (branch) => (await this.as<{ sha: string }>('anna', 'GET', `/commits/${branch}`)).sha,
  )
  /** Every call that reached the proxy. */
  readonly calls: Call[] = []
  /** Asked for each call, in their order. */
  trouble: (call: Call, index: number) => Trouble | null | Promise<Trouble | null> = () => null

  private constructor(emulator: Emulator) {
    this.#emulator = emulator
    this.#proxy = createServer((request, response) => void this.#serve(request, response))
  }

  static async open(): Promise<World> {
    const emulator = await createEmulator({
      service: 'github',
      port: 0,
      seed: {
        tokens: Object.fromEntries(
          Object.entries(TOKENS).map(([token, login]) => [token, { login, scopes: ['repo'] }]),
        ),
        github: {
          users: Object.values(TOKENS).map((login) => ({ login })),
          repos: [{ owner: OWNER, name: REPO, private: false }],
        },
      },
    })
    const world = new World(emulator)
    await new Promise<void>((resolve) => world.#proxy.listen(0, '127.0.0.1', resolve))
    const address = world.#proxy.address()
    if (address === null || typeof address === 'string') throw new TypeError('no port')
    world.url = `http://127.0.0.1:${address.port}`
    return world
  }

  async close(): Promise<void> {
    this.#proxy.closeAllConnections()
    await new Promise((resolve) => this.#proxy.close(resolve))
    await this.#emulator.close()
  }

  target(more: Partial<GitHubTarget> = {}): GitHubTarget {
    return {
      apiUrl: this.url,
      owner: OWNER,
      repo: REPO,
      token: 'token-of-the-bot',
      login: BOT,
      runUrl: 'https://github.com/orkestrar/orchestras/actions/runs/7',
      ...more,
    }
  }

  github(more: Partial<GitHubTarget> = {}, timeoutMs = 5_000): GitHub {
    return new GitHub(this.target(more), { retries: 0, timeoutMs })
  }

  /** A call that nothing goes wrong with, not counted, as somebody. */
  async as<T>(
    who: 'the-bot' | 'the-owner' | 'anna' | 'bo',
    method: string,
    path: string,
    body?: unknown,
  ): Promise<T> {
    const answer = await fetch(`${this.#emulator.url}/repos/${OWNER}/${REPO}${path}`, {
      method,
      headers: { authorization: `Bearer token-of-${who}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (answer.status === 204 ? null : await answer.json()) as T
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = { method: request.method ?? '', path: request.url ?? '' }
    const index = this.calls.push(call) - 1
    const trouble = await this.trouble(call, index)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (trouble !== null && 'hang' in trouble) return
    if (trouble !== null && 'drop' in trouble && trouble.drop === 'before')
      return void request.socket.destroy()
    if (trouble !== null && 'status' in trouble && !trouble.after) return answerWith(response, trouble)
    const headers = {
      authorization: request.headers.authorization ?? '',
      'content-type': request.headers['content-type'] ?? 'application/json',
    }
    const body = Buffer.concat(chunks)
    const done =
      (await this.#standIn(call, headers.authorization, body.toString())) ??
      (await this.#forward(call, headers, body))
    if (trouble !== null && 'drop' in trouble) return void request.socket.destroy()
    answerWith(response, trouble ?? done)
  }

  async #forward({ method, path }: Call, headers: Record<string, string>, body: Buffer): Promise<Answer> {
    const answer = await fetch(this.#emulator.url + path, {
      ...{ method, headers },
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    })
    const type = answer.headers.get('content-type') ?? ''
    return { status: answer.status, body: await answer.text(), type }
  }

  async #standIn(call: Call, authorization: string, body: string): Promise<Answer | null> {
    if (call.method !== 'GET' && authorization.includes(READ_ONLY))
      return { status: 403, body: '{"message":"Resource not accessible by integration"}' }
    return this.runs.answer(call.method, call.path, body)
  }
}

function answerWith(
  response: ServerResponse,
  { status, body = '{"message":"trouble"}', type = 'application/json', headers = {} }: Answer,
): void {
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(body)
}
