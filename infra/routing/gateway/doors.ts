import { Refusal } from './refusal.ts'

/** What a path leads to. `service` is the part of a project that is asked. */
export interface Door {
  readonly kind: 'token' | 'keys' | 'auth' | 'pass'
  readonly service: 'auth' | 'rest' | 'storage' | 'functions' | 'graphql'
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** What of auth a user needs who is logged in already. Everything else of it stays shut. */
const AUTH: readonly (readonly [method: string, path: RegExp])[] = [
  ['GET', /^user$/],
  ['PUT', /^user$/],
  ['POST', /^logout$/],
  ['GET', /^reauthenticate$/],
  ['DELETE', /^user\/identities\/[\w-]+$/],
  ['GET', /^factors$/],
  ['POST', /^factors$/],
  ['DELETE', /^factors\/[\w-]+$/],
  ['POST', /^factors\/[\w-]+\/(?:challenge|verify)$/],
  ['GET', /^factors\/recovery-codes$/],
  ['POST', /^factors\/recovery-codes(?:\/(?:verify|regenerate))?$/],
]

const PASS: readonly (readonly [prefix: string, door: Door])[] = [
  ['/rest/v1/', { kind: 'pass', service: 'rest' }],
  ['/storage/v1/', { kind: 'pass', service: 'storage' }],
  ['/functions/v1/', { kind: 'pass', service: 'functions' }],
]
const GRAPHQL: Door = { kind: 'pass', service: 'graphql' }
const AUTH_PREFIX = '/auth/v1/'

/** @throws Refusal `method`, `realtime`, `notFound` */
export function doorOf(method: string, path: string): Door {
  if (!METHODS.has(method)) throw new Refusal('method', 'method')
  for (const [prefix, door] of PASS) if (path.startsWith(prefix)) return door
  if (path.startsWith(AUTH_PREFIX)) return authDoor(method, path.slice(AUTH_PREFIX.length))
  if (path === '/graphql/v1' || path === '/graphql/v1/') return GRAPHQL
  if (path === '/realtime/v1' || path.startsWith('/realtime/v1/')) throw new Refusal('realtime', 'realtime')
  throw new Refusal('notFound', 'no such service')
}

function authDoor(method: string, rest: string): Door {
  if (rest === 'token') {
    if (method !== 'POST') throw new Refusal('method', 'token')
    return { kind: 'token', service: 'auth' }
  }
  if (rest === '.well-known/jwks.json' && method === 'GET') return { kind: 'keys', service: 'auth' }
  if (AUTH.some(([allowed, pattern]) => allowed === method && pattern.test(rest))) {
    return { kind: 'auth', service: 'auth' }
  }
  throw new Refusal('notFound', 'not of auth')
}
