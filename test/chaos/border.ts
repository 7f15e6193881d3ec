import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { boundaryOf } from './boundary-names.ts'
import type { Run } from './run.ts'

/** What lies behind the border: it does the work of a call. */
export type Behind = (call: {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}) => Promise<{ readonly status: number; readonly text: string; readonly type: string }>

const PATH = /^\/run-(\d+)\/(api|github|beat)(\/.*|\?.*)?$/

/**
 * The one way from a run into the world over HTTP. Each run has a path of its own here, so that what it does can be told
 * from what others do, made to go wrong, and cut off when it is killed.
 */
export class Border {
  readonly #server: Server
  readonly #behind: Readonly<Record<string, Behind>>
  readonly #runs = new Map<number, Run>()
  url = ''

  private constructor(behind: Readonly<Record<string, Behind>>) {
    this.#behind = behind
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy())
    })
  }

  static async open(behind: Readonly<Record<'api' | 'github' | 'beat', Behind>>): Promise<Border> {
    const border = new Border(behind)
    await new Promise<void>((done) => border.#server.listen(0, '127.0.0.1', done))
    const address = border.#server.address()
    if (address === null || typeof address === 'string') throw new TypeError('no port')
    border.url = `http://127.0.0.1:${address.port}`
    return border
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((done) => this.#server.close(done))
  }

  admit(run: Run): void {
    this.#runs.set(run.id, run)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request
    const [, id, what = '', path = ''] = PATH.exec(url) ?? []
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const run = this.#runs.get(Number(id))
    const behind = this.#behind[what]
    if (!run || !behind || run.dead) return void response.destroy()
    const headers = {
      authorization: request.headers.authorization ?? '',
      'content-type': request.headers['content-type'] ?? 'application/json',
    }
    const call = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') }
    const answer = (status: number, text: string, more: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...more })
      response.end(text)
    }
    switch (run.reach(boundaryOf(what, call))) {
      case 'refused':
        return void response.destroy()
      case 'error':
        return answer(500, '{"message":"Internal server error"}')
      case 'hang':
        return
      case 'limited':
        return answer(429, '{"message":"Too Many Requests"}', {
          'retry-after': '20',
          'x-ratelimit-reset': '20',
        })
      case 'html':
        return answer(200, '<!doctype html><title>Sign in to the network</title>', {
          'content-type': 'text/html',
        })
      case 'shape':
        return answer(200, '{"unexpected":[true]}')
      case 'kill':
        return run.kill()
      case 'lost':
        await behind(call)
        return void response.destroy()
      case 'kill-after':
        await behind(call)
        return run.kill()
      case 'truncated': {
        const { status, text, type } = await behind(call)
        return answer(status === 204 ? 200 : status, text.slice(0, Math.floor(text.length / 2)) || '{', {
          'content-type': type,
        })
      }
      case 'twice':
        await behind(call)
        break
    }
    const { status, text, type } = await behind(call)
    if (run.dead) return void response.destroy()
    response.writeHead(status, { 'content-type': type })
    response.end(text)
  }
}
