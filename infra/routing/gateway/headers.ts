import type { IncomingHttpHeaders } from 'node:http'
import type { GatewayRequest } from './request.ts'

/** RFC 9110, 7.6.1, with those that are hop-by-hop in practice; and what undici writes by itself. */
const HOP = [
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade', 'http2-settings', 'expect'],
]
/**
 * What says where a request came from, where it should go, or who asks, to one proxy or another on the way. The
 * gateway is the one to say so, and says it with the address, `authorization` and `apikey` alone.
 */
const NOT_TO_PROJECT = new Set([
  ...HOP,
  ...['host', 'content-length', 'authorization', 'apikey', 'cookie', 'set-cookie', 'origin', 'referer'],
  ...['forwarded', 'via', 'x-real-ip', 'x-client-ip', 'x-cluster-client-ip', 'client-ip', 'true-client-ip'],
  ...['x-host', 'x-original-url', 'x-original-host', 'x-rewrite-url', 'x-http-method-override'],
  ...['x-http-method', 'x-method-override', 'cdn-loop', 'max-forwards', 'alt-used'],
])
/** `sb-forwarded-for` and its like speak to Supabase's edge; of `x-supabase-*` supabase-js sends one. */
const NOT_TO_PROJECT_BEGINNINGS = ['x-forwarded', 'x-envoy-', 'x-supabase-', 'sb-', 'cf-', 'fly-', 'x-kong-']
const API_VERSION = 'x-supabase-api-version'

const NOT_TO_CLIENT = new Set([
  ...HOP,
  ...['set-cookie', 'alt-svc', 'strict-transport-security', 'server', 'via', 'x-powered-by', 'location'],
  ...['nel', 'report-to', 'refresh', 'clear-site-data'],
])
const NOT_TO_CLIENT_BEGINNINGS = ['access-control-', 'sb-', 'cf-', 'x-kong-', 'x-envoy-']

/** One user's request as a project gets it: header names and values in turn. `token` has been verified. */
export function toProject(
  headers: GatewayRequest['headers'],
  { token, apikey }: { readonly token: string | null; readonly apikey: string },
): string[] {
  const named = namedIn(headers.get('connection'))
  const kept: string[] = ['apikey', apikey]
  if (token !== null) kept.push('authorization', `Bearer ${token}`)
  for (const [name, value] of headers) {
    if (NOT_TO_PROJECT.has(name) || named.includes(name)) continue
    if (name !== API_VERSION && startsWithAny(name, NOT_TO_PROJECT_BEGINNINGS)) continue
    kept.push(name, value)
  }
  return kept
}

/** A project's answer as its user gets it. `projectUrl`: a place below it is told as one below this address. */
export function toClient(headers: IncomingHttpHeaders, projectUrl: string): [string, string][] {
  const named = namedIn(headers.connection ?? null)
  const kept: [string, string][] = []
  for (const name in headers) {
    if (NOT_TO_CLIENT.has(name) || named.includes(name) || startsWithAny(name, NOT_TO_CLIENT_BEGINNINGS))
      continue
    const value = headers[name]
    if (typeof value === 'string') kept.push([name, value])
    else for (const one of value ?? []) kept.push([name, one])
  }
  const place = placeOf(headers.location, projectUrl)
  if (place !== null) kept.push(['location', place])
  return kept
}

/** Where something new stands (201): below this address, or not told at all. */
function placeOf(location: string | undefined, projectUrl: string): string | null {
  if (location === undefined) return null
  if (location.startsWith(`${projectUrl}/`)) return location.slice(projectUrl.length)
  return /^\/(?![/\\])/.test(location) ? location : null
}

function namedIn(connection: string | null): readonly string[] {
  if (connection === null || connection === 'keep-alive' || connection === 'close') return NONE
  return connection.split(',').map((name) => name.trim().toLowerCase())
}

const NONE: readonly string[] = []

function startsWithAny(name: string, beginnings: readonly string[]): boolean {
  for (const beginning of beginnings) if (name.startsWith(beginning)) return true
  return false
}

/** An answer that is read here must not come compressed. */
export function withoutEncoding(headers: readonly string[]): string[] {
  const kept: string[] = ['accept-encoding', 'identity']
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at] !== 'accept-encoding') kept.push(headers[at] ?? '', headers[at + 1] ?? '')
  }
  return kept
}
