import { domainToASCII } from 'node:url'
import { z } from 'zod'

/** Where people have their own mail. */
const PRIVATE = new Set(
  `gmail.com googlemail.com msn.com passport.com icloud.com me.com mac.com pm.me proton.me aol.com mail.com
  telia.com bredband.net bredbandsbolaget.se bahnhof.se comhem.se spray.se swipnet.se home.se algonet.se
  glocalnet.net tele2.se ownit.nu boxer.se hey.com fastmail.com fastmail.fm tutanota.com tuta.io tutamail.com
  yandex.com yandex.ru mail.ru zoho.com web.de rocketmail.com ymail.com`.split(/\s+/),
)
/** Families with one domain per country, such as hotmail.se and yahoo.co.uk. */
const PRIVATE_FAMILY = /^(?:hotmail|outlook|live|yahoo|gmx|aol|proton|protonmail)\.(?:com?\.)?[a-z]{2,4}$/
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/
const ADDRESS = z.email()

/** A domain in its one spelling: lower case, letters beyond ASCII as punycode. Undefined when it is none. */
export function parseDomain(text: string): string | undefined {
  const trimmed = text.trim()
  if (trimmed.length > 253 || /[\s/:@?#\\%]/.test(trimmed)) return undefined
  const lower = trimmed.toLowerCase()
  // what is plain already stays as it is; nearly all are, and the library is slow to say so
  const domain = DOMAIN.test(lower) && !lower.includes('xn--') ? lower : domainToASCII(lower)
  return domain.length <= 253 && DOMAIN.test(domain) ? domain : undefined
}

/** A mail address in its one spelling: lower case, its domain as `parseDomain` has it. */
export function parseMail(text: string): string | undefined {
  const trimmed = text.trim()
  const at = trimmed.lastIndexOf('@')
  const domain = parseDomain(trimmed.slice(at + 1))
  if (at < 1 || trimmed.length > 254 || domain === undefined) return undefined
  const mail = `${trimmed.slice(0, at).toLowerCase()}@${domain}`
  return ADDRESS.safeParse(mail).success ? mail : undefined
}

/** The private mail provider that a domain belongs to, or undefined. */
export function privateProvider(domain: string): string | undefined {
  const labels = domain.split('.')
  return labels
    .map((_, index) => labels.slice(index).join('.'))
    .find((suffix) => PRIVATE.has(suffix) || PRIVATE_FAMILY.test(suffix))
}
