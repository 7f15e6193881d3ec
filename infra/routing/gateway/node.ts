import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Gateway } from './gateway.ts'
import { NodeHeaders, NodeRequest, smallBody } from './node-request.ts'
import { Refusal } from './refusal.ts'

/** A second one of these would let two readers of one request each take another for the true one. */
const ONCE = new Set([
  ...['host', 'authorization', 'apikey', 'content-length', 'content-type', 'transfer-encoding'],
  ...['x-supabase-api-version', 'upgrade', 'origin'],
])
const HOST = /^[\w.:[\]-]+$/
/** Longer than a project may take to answer: a connection on which nothing moves for so long is ended. */
const IDLE_MS = 120_000
const HEADERS_MS = 15_000
/** The longest that an upload may take. */
const REQUEST_MS = 3_600_000
/** Longer than the proxies before it keep theirs (60 s is usual), so that none is used the moment it ends. */
const KEEP_ALIVE_MS = 75_000

export interface GatewayServer {
  readonly port: number
  /** Lets what is under way finish for at most so long; then, or at once when nothing is, everything is closed. */
  stop(patienceMs: number): Promise<void>
}

/** Serves a gateway over plain HTTP. @throws the error of `listen`, such as an address in use */
export async function serve(gateway: Gateway, host: string, port: number): Promise<GatewayServer> {
  let stopping = false
  const server = createServer(
    { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS },
    (incoming, outgoing) => {
      void answer(gateway, incoming, outgoing, () => stopping)
    },
  )
  server.setTimeout(IDLE_MS)
  server.keepAliveTimeout = KEEP_ALIVE_MS
  // nobody listens for `upgrade`: Node then gives such a request to the gateway, which refuses it
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) => {
    void refuseTunnel(gateway, incoming, socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const stop = async (patienceMs: number) => {
    stopping = true
    await closed(server, patienceMs)
    await gateway.close()
  }
  return { port: (server.address() as AddressInfo).port, stop }
}

async function closed(server: Server, patienceMs: number): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), patienceMs)
  await new Promise((resolve) => server.close(resolve))
  clearTimeout(timer)
}

async function answer(
  gateway: Gateway,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  stopping: () => boolean,
): Promise<void> {
  const headers = new NodeHeaders(incoming.rawHeaders)
  const fault = faultOf(incoming, headers)
  const small = fault === null ? smallBody(incoming) : null
  const request = new NodeRequest(incoming, outgoing, headers, small && (await small))
  const response = fault
    ? gateway.refuse(new Refusal('malformed', fault), request)
    : await gateway.fetch(request)
  await send(response, incoming, outgoing, fault !== null || stopping())
}

/** What is wrong with a request in ways that a URL and combined headers no longer show. */
function faultOf({ method, url = '', headers }: IncomingMessage, { names }: NodeHeaders): string | null {
  if (!url.startsWith('/') || url.startsWith('//')) return 'target'
  if (!HOST.test(headers.host ?? '')) return 'host'
  for (let at = 0; at < names.length; at++) {
    const name = names[at] ?? ''
    if (ONCE.has(name) && names.indexOf(name) !== at) return 'twice'
  }
  const announced = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0
  return announced && (method === 'GET' || method === 'HEAD') ? 'body' : null
}

async function send(
  response: Response,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  last: boolean,
): Promise<void> {
  const headers: string[] = []
  for (const [name, value] of response.headers) headers.push(name, value)
  // what the client still sends would be read as nobody's
  if (last || !incoming.complete) headers.push('connection', 'close')
  outgoing.writeHead(response.status, headers)
  if (response.body === null) {
    outgoing.end()
    return
  }
  const reader = response.body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      if (!outgoing.write(value)) await drained(outgoing)
    }
    outgoing.end()
  } catch {
    // the answer broke off on its way: the client must not take it for whole
    outgoing.destroy()
  }
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done)
      outgoing.off('close', done)
      resolve()
    }
    outgoing.on('drain', done)
    outgoing.on('close', done)
  })
}

/** Not a request to Node, and so with no response to write to. */
async function refuseTunnel(gateway: Gateway, incoming: IncomingMessage, socket: Duplex): Promise<void> {
  socket.on('error', () => socket.destroy())
  const headers = new NodeHeaders(incoming.rawHeaders)
  const response = gateway.refuse(new Refusal('method', 'connect'), { method: 'CONNECT', headers })
  const body = await response.text()
  const lines = [...response.headers].map(([name, value]) => `${name}: ${value}`)
  const head = [`HTTP/1.1 ${response.status} Refused`, ...lines]
  socket.end(`${[...head, 'connection: close'].join('\r\n')}\r\n\r\n${body}`)
}
