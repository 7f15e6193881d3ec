import { isSlug, type Slug } from '../../registry/slug.ts'
import { Refusal } from './refusal.ts'

/** Where a request came to: an orchestra's own address, or, with no slug, the common one. */
export interface Address {
  readonly slug: Slug | null
}

const COMMON: Address = { slug: null }
const HOST = /^(\[::1\]|[a-z0-9-]+(?:\.[a-z0-9-]+)*)\.?(?::\d{1,5})?$/i
/** On `localhost` these are the common address, too. */
const LOOPBACK = ['127.0.0.1', '[::1]']

/**
 * Reads the host that a client asked for. The port says nothing: a gateway stands behind others.
 * @throws Refusal `elsewhere` for a host that is not below the domain, `unknown` for what can be no orchestra's
 */
export function addressOf(host: string, domain: string): Address {
  const name = HOST.exec(host)?.[1]?.toLowerCase()
  if (name === undefined) throw new Refusal('elsewhere', 'host')
  if (name === domain || (domain === 'localhost' && LOOPBACK.includes(name))) return COMMON
  if (!name.endsWith(`.${domain}`)) throw new Refusal('elsewhere', 'host')
  const slug = name.slice(0, -domain.length - 1)
  if (!isSlug(slug)) throw new Refusal('unknown', 'address')
  return { slug }
}

/** Whether this is the name of a domain as `addressOf` compares it: lower case, without a port or a last dot. */
export function isDomain(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/.test(text)
}
