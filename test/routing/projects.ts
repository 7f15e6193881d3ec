import {
  createHmac,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
} from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LedgerEntry } from '../../infra/ledger/schema.ts'
import type { Ref } from '../../infra/registry/ref.ts'
import type { Target } from '../../infra/supabase/target.ts'
import { refOf, slugOf } from '../support.ts'

/** A signing key as a project has it. */
export interface ProjectKey {
  readonly kid: string
  readonly alg: 'ES256' | 'RS256' | 'EdDSA'
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export function newKey(alg: ProjectKey['alg'], kid: string = randomUUID()): ProjectKey {
  const pair =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : alg === 'RS256'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ed25519')
  return { kid, alg, ...pair }
}

export function published({ kid, alg, publicKey }: ProjectKey, more: object = {}): JsonWebKey {
  return { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig', key_ops: ['verify'], ...more }
}

export function encoded(part: unknown): string {
  if (Buffer.isBuffer(part)) return part.toString('base64url')
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
}

/** Signs whatever it is given, however wrong it is. */
export function compact(header: unknown, payload: unknown, { alg, privateKey }: ProjectKey): string {
  const signed = `${encoded(header)}.${encoded(payload)}`
  const bytes = Buffer.from(signed)
  const signature =
    alg === 'ES256'
      ? sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })
      : sign(alg === 'RS256' ? 'sha256' : null, bytes, privateKey)
  return `${signed}.${signature.toString('base64url')}`
}

export function compactBySecret(header: unknown, payload: unknown, secret: string | Buffer): string {
  const signed = `${encoded(header)}.${encoded(payload)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

/** What one project's address answers, and what came in there. */
export class Project {
  readonly slug: string
  readonly ref: Ref
  readonly url: string
  readonly received: { readonly path: string; readonly headers: IncomingHttpHeaders }[] = []
  readonly secret = randomBytes(32).toString('base64url')
  keys: ProjectKey[] = []
  signedOut = new Set<string>()
  /** Instead of what the project would answer. */
  reply: ((response: ServerResponse, path: string) => void) | null = null

  constructor(slug: string, ref: Ref, base: string) {
    this.slug = slug
    this.ref = ref
    this.url = `${base}/projects/${ref}`
  }

  get issuer(): string {
    return `${this.url}/auth/v1`
  }

  claims(more: object = {}): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1000)
    return {
      iss: this.issuer,
      sub: randomUUID(),
      aud: 'authenticated',
      role: 'authenticated',
      email: `musician@${this.slug}.example`,
      session_id: randomUUID(),
      aal: 'aal1',
      iat: now,
      exp: now + 3600,
      ...more,
    }
  }

  get key(): ProjectKey {
    const [key] = this.keys
    if (!key) throw new TypeError(`${this.slug} has no key`)
    return key
  }

  /** A good token, but for what is changed. */
  token(claims: object = {}, header: object = {}, key = this.key): string {
    return compact({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header }, this.claims(claims), key)
  }

  secretToken(claims: object = {}, header: object = {}, secret = this.secret): string {
    return compactBySecret({ alg: 'HS256', typ: 'JWT', ...header }, this.claims(claims), secret)
  }

  answer(response: ServerResponse, path: string, headers: IncomingHttpHeaders): void {
    this.received.push({ path, headers })
    if (this.reply) return void this.reply(response, path)
    if (path === '/auth/v1/.well-known/jwks.json') {
      return void json(response, 200, { keys: this.keys.map((key) => published(key)) })
    }
    if (path === '/auth/v1/user') return void this.#user(response, headers)
    json(response, 404, { message: 'no' })
  }

  /** As a project does that signs with a secret of its own. */
  #user(response: ServerResponse, { authorization = '', apikey }: IncomingHttpHeaders): void {
    const token = authorization.replace(/^Bearer /, '')
    const [header = '', payload = '', signature] = token.split('.')
    const right = createHmac('sha256', this.secret).update(`${header}.${payload}`).digest('base64url')
    if (apikey !== keyOf(this.slug)) return void json(response, 401, { message: 'Invalid API key' })
    if (signature !== right || this.signedOut.has(token)) {
      return void json(response, 403, { code: 403, error_code: 'bad_jwt', msg: 'invalid JWT' })
    }
    const { sub: id, aud, role, email } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    json(response, 200, { id, aud, role, email })
  }
}

/** Real addresses of several projects, each with a log of its own. */
export class Projects {
  readonly #server: Server
  readonly target: Target
  readonly all: Project[] = []

  private constructor(server: Server, base: string) {
    this.#server = server
    this.target = { apiUrl: base, source: 'sandbox' }
  }

  static async open(): Promise<Projects> {
    const server = createServer()
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const projects = new Projects(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    server.on('request', (request, response) => {
      const [, ref, path = ''] = /^\/projects\/([^/]+)(\/.*)$/.exec(request.url ?? '') ?? []
      const project = projects.all.find((one) => one.ref === ref)
      if (project) project.answer(response, path, request.headers)
      else json(response, 404, { message: 'no such project' })
    })
    return projects
  }

  add(slug: string, letters: string, ...keys: ProjectKey[]): Project {
    const project = new Project(slug, refOf(letters), this.target.apiUrl)
    project.keys = keys
    this.all.push(project)
    return project
  }

  /** How many calls reached each project that was asked anything. */
  asked(): Record<string, number> {
    return Object.fromEntries(
      this.all.flatMap(({ slug, received }) => (received.length > 0 ? [[slug, received.length]] : [])),
    )
  }

  forget(): void {
    for (const { received } of this.all) received.length = 0
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((done) => this.#server.close(done))
  }
}

export function keyOf(slug: string): string {
  return `sb_publishable_${slug}`
}

export function entryOf({ slug, ref }: Project, more: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    slug: slugOf(slug),
    ref,
    name: `Orkestern ${slug}`,
    publishableKey: keyOf(slug),
    login: { admins: [`admin@${slug}.example`], domains: [`${slug}.example`] },
    retired: false,
    merged: null,
    proven: null,
    ...more,
  }
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
