import { createServer, type RequestListener, type Server } from 'node:http'
import type { Server as NetServer } from 'node:net'
import { hasCode, UsageError } from './errors.ts'

/** Listens at once, so that a port in use is known before any work is done. */
export async function listen(
  port: number,
): Promise<{ server: Server; use: (listener: RequestListener) => void }> {
  let handler: RequestListener = (_, response) => {
    response
      .writeHead(503, { 'content-type': 'application/json' })
      .end('{"message":"The sandbox is starting"}')
  }
  const server = createServer((request, response) => handler(request, response))
  await new Promise<void>((done, fail) => {
    server.once('error', (error) => {
      const inUse = hasCode(error, 'EADDRINUSE', 'EACCES')
      fail(inUse ? new UsageError(`port ${port} cannot be used: ${error.message}`) : error)
    })
    server.listen(port, '127.0.0.1', done)
  })
  return {
    server,
    use: (listener) => {
      handler = listener
    },
  }
}

/** Cuts every line and listens no more. */
export async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

/** The port that a server listens on. */
export function portOf(server: NetServer): number {
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('the server does not listen on a port')
  return address.port
}
