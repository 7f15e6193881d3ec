import './common/node.ts'
import { ControlError } from '../infra/errors.ts'
import { verifyLedger } from '../infra/ledger/signed.ts'
import { sayError } from '../infra/report/language/say.ts'
import { isDomain } from '../infra/routing/gateway/address.ts'
import { Gateway } from '../infra/routing/gateway/gateway.ts'
import { serve } from '../infra/routing/gateway/node.ts'
import type { Router } from '../infra/routing/router.ts'
import { type Context, command, type Options } from './common/command.ts'
import { withRouter } from './common/routing.ts'

/** How long what is under way may take to finish when the gateway is stopped. */
const PATIENCE_MS = 10_000

const toLog = (line: object) =>
  void process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`)

await command(
  {
    name: 'gateway',
    options: ['json', 'listen', 'port', 'domain', 'origin', 'ledger'],
    examples: [
      'npm run gateway',
      'npm run gateway -- --domain app.example --origin https://app.example --ledger ledger.json',
    ],
  },
  async (context) => {
    const { say, note } = context
    const { host, port, domain, origins } = choices(context.options)
    const secret = process.env.GATEWAY_SECRET || undefined
    const tell = (error: ControlError) => toLog({ code: error.code, why: sayError(say, error).message })
    return withRouter(context, tell, async (router, { ledger, trust }) => {
      const { language } = say.words
      const gateway = new Gateway({ router, domain, secret, language, origins, log: toLog })
      const { orchestras } = await verifyLedger(trust, await ledger())
      const server = await serve(gateway, host, port).catch((error: NodeJS.ErrnoException) => {
        const cause = error.code ?? error.message
        throw new ControlError('gateway-cannot-listen', { address: `${host}:${port}`, cause })
      })
      const addressOf = addresses(domain, server.port)
      announce(context, router, {
        url: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
        ...{ domain, secret, addressOf, orchestras },
      })
      await stopped(context.signal)
      note(say.gateway.stopping)
      await server.stop(PATIENCE_MS)
      return 0 as const
    })
  },
)

interface Announcement {
  readonly url: string
  readonly domain: string
  readonly secret: string | undefined
  readonly addressOf: (slug?: string) => string
  readonly orchestras: readonly { readonly slug: string; readonly name: string }[]
}

function announce(
  { options, say, print, note }: Context,
  router: Router,
  { url, domain, secret, addressOf, orchestras }: Announcement,
): void {
  if (secret === undefined) note(say.gateway.ownSecret)
  if (options.json) {
    print(
      JSON.stringify({
        url,
        domain,
        orchestras: orchestras.map(({ slug }) => ({ slug, url: addressOf(slug) })),
      }),
    )
    return
  }
  print(say.gateway.listening(url))
  print(say.gateway.common(addressOf()))
  for (const { slug, name } of orchestras) {
    print(isOpen(router, slug) ? say.gateway.own(name, addressOf(slug)) : say.gateway.closed(name))
  }
}

/** On `localhost` people come straight to this port; anywhere else through what speaks TLS before it. */
function addresses(domain: string, port: number): (slug?: string) => string {
  const [scheme, end] = domain === 'localhost' ? ['http', `:${port}`] : ['https', '']
  return (slug) => `${scheme}://${slug === undefined ? '' : `${slug}.`}${domain}${end}`
}

function isOpen(router: Router, slug: string): boolean {
  try {
    return router.at(slug).slug === slug
  } catch {
    return false
  }
}

/** @throws ControlError `bad-usage` */
function choices({ listen = '127.0.0.1', port = '8787', domain = 'localhost', origin = [] }: Options) {
  const bad = (detail: string) => new ControlError('bad-usage', { detail })
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw bad(`--port ${port}`)
  const name = domain.toLowerCase().replace(/\.$/, '')
  if (!isDomain(name)) throw bad(`--domain ${domain}`)
  for (const one of origin) if (URL.parse(one)?.origin !== one) throw bad(`--origin ${one}`)
  return { host: listen, port: Number(port), domain: name, origins: origin }
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
