import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Stands before an API, remembers the secrets in what is sent there, and where it is told to, answers with an error
 * that says back everything it was sent, in every form: headers, body, address.
 */
export class Echo {
  readonly #server: Server
  readonly #behind: string
  /** The passwords that databases were made with. */
  readonly passwords = new Set<string>()
  /** Which calls are answered with an error, and with which status; null for none. */
  refuse: (method: string, path: string) => number | null = () => null
  /** How many were. */
  refused = 0
  url = ''

  private constructor(behind: string) {
    this.#behind = behind
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(
        ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
        () => response.destroy(),
      )
    })
  }

  static async open(behind: string): Promise<Echo> {
    const echo = new Echo(behind)
    await new Promise<void>((done) => echo.#server.listen(0, '127.0.0.1', done))
    echo.url = `http://127.0.0.1:${(echo.#server.address() as AddressInfo).port}`
    return echo
  }

  close(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise((done) => this.#server.close(() => done()))
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; type: string; body: string }> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString('utf8')
    const { method = 'GET', url = '/', headers } = request
    const password = /"db_pass":"([^"]+)"/.exec(body)?.[1]
    if (password) this.passwords.add(password)
    const status = this.refuse(method, url)
    if (status !== null) {
      this.refused += 1
      return {
        status,
        type: 'application/json',
        body: JSON.stringify({ message: saidBack(headers.authorization ?? '', body, url) }),
      }
    }
    const answer = await fetch(this.#behind + url, {
      method,
      headers: {
        authorization: headers.authorization ?? '',
        'content-type': headers['content-type'] ?? 'application/json',
      },
      ...(body === '' ? {} : { body }),
    })
    return {
      status: answer.status,
      type: answer.headers.get('content-type') ?? 'text/plain',
      body: await answer.text(),
    }
  }
}

/** Short, so that nothing of it is cut away before anybody could leak it. */
function saidBack(authorization: string, body: string, url: string): string {
  const token = authorization.replace(/^Bearer /, '')
  const password = /"db_pass":"([^"]+)"/.exec(body)?.[1] ?? ''
  const secrets = [token, password].filter((one) => one !== '')
  const forms = secrets.flatMap((one) => [
    one,
    Buffer.from(one).toString('base64'),
    Buffer.from(`a:${one}`).toString('base64'),
  ])
  return `denied ${url.slice(0, 20)} ${forms.join(' ')}`
}
