import { Agent, createServer, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import proxy from '@fastify/http-proxy'
import fastify from 'fastify'
import { ledgerSchema } from '../../infra/ledger/schema.ts'
import { signLedger } from '../../infra/ledger/signed.ts'
import { publicKeysFor, readSigningKey } from '../../infra/provider/signature.ts'
import { Gateway } from '../../infra/routing/gateway/gateway.ts'
import { serve } from '../../infra/routing/gateway/node.ts'
import { Router } from '../../infra/routing/router.ts'

/** Where the project of the one orchestra that is measured answers below the upstream. */
const REF = 'bench'.repeat(4)
export const PREFIX = `/projects/${REF}`

const CONNECTIONS = 64

export type Contestant = 'bare' | 'fastify' | 'gateway'

/** A proxy to this upstream, listening on the port that it answers with. */
export const contestants: { readonly [C in Contestant]: (upstream: string) => Promise<number> } = {
  /** The least that a proxy on Node does: no checks, a fixed upstream, pipes. */
  bare: async (upstream) => {
    const { hostname, port } = new URL(upstream)
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
    return listening((incoming, outgoing) => {
      const { method, url, headers } = incoming
      const going = request({ hostname, port, agent, method, path: PREFIX + url, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      })
      going.on('error', () => outgoing.destroy())
      incoming.pipe(going)
    })
  },
  fastify: async (upstream) => {
    const app = fastify()
    await app.register(proxy, {
      ...{ upstream, prefix: '/', rewritePrefix: `${PREFIX}/` },
      undici: { connections: CONNECTIONS },
    })
    return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
  },
  gateway: async (upstream) => {
    const key = readSigningKey({}, 'sandbox')
    const orchestra = { slug: 'bench', ref: REF, name: 'Bench', publishableKey: 'sb_publishable_bench' }
    const ledger = ledgerSchema.parse({
      ...{ version: 1, at: new Date().toISOString(), source: 'sandbox' },
      orchestras: [{ ...orchestra, login: { admins: [], domains: ['bench.example'] } }],
    })
    const text = await signLedger(key, ledger)
    const router = await Router.open({
      ledger: async () => text,
      trust: { publicKeys: publicKeysFor('sandbox', []), source: 'sandbox' },
      target: { apiUrl: upstream, source: 'sandbox' },
    })
    const options = { router, domain: 'localhost', secret: undefined, language: 'sv' } as const
    const gateway = new Gateway({ ...options, connections: CONNECTIONS })
    return (await serve(gateway, '127.0.0.1', 0)).port
  },
}

/** Listens on a free port of this machine. */
export function listening(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
