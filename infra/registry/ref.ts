/** A Supabase project's reference in its one spelling: twenty letters a to z. */
export type Ref = string & { readonly __ref: unique symbol }

const REF = /^[a-z]{20}$/
const API_HOST = /^(?:db\.)?([a-z]{20})(?:\.(?:storage|functions|realtime))?\.supabase\.(?:co|in)$/
const POOLER_HOST = /^[a-z0-9-]+\.pooler\.supabase\.com$/
const ROLE = /^[a-z_][a-z0-9_]*\.([a-z]{20})$/
/** Without a password: one that stands here is somebody's to find. */
const USER_AT_HOST = /^[^:@/]+@/
const DASHBOARD_PATH = /^(?:\/dashboard)?\/project\/([a-z]{20})(?:\/.*)?$/
const DASHBOARD_HOSTS = new Set(['supabase.com', 'www.supabase.com', 'app.supabase.com'])
const DATABASE_SCHEMES = new Set(['postgres:', 'postgresql:'])
const WEB_SCHEMES = new Set(['http:', 'https:', 'ws:', 'wss:'])
const PRINTABLE_ASCII = /^[\x20-\x7e]+$/

/** True for the one spelling that is used inside. */
export function isRef(text: string): text is Ref {
  return REF.test(text)
}

/** Reduces every spelling of a ref to one, or says that it is none. */
export function parseRef(text: string): Ref | undefined {
  const spelling = text.trim()
  if (spelling.length > 2_000 || !PRINTABLE_ASCII.test(spelling)) return undefined
  const lower = spelling.toLowerCase()
  const found = isRef(lower)
    ? lower
    : spelling.includes('://')
      ? refOfUrl(spelling)
      : (ROLE.exec(lower)?.[1] ??
        API_HOST.exec(withoutPath(lower))?.[1] ??
        refOfUrl(USER_AT_HOST.test(lower) ? `postgresql://${lower}` : `https://${lower}`))
  return found !== undefined && isRef(found) ? found : undefined
}

/**
 * The host that a value points to, for the message that it is not Supabase's. Undefined wherever the value may
 * hold a password: one with an @ or a slash in it makes a URL whose host is a piece of the password.
 */
export function hostOf(text: string): string | undefined {
  const spelling = text.trim()
  if (spelling.includes('@') || !PRINTABLE_ASCII.test(spelling)) return undefined
  const url = parseUrl(spelling.includes('://') ? spelling : `https://${spelling}`)
  if (!url || !/^[a-z0-9-]+(?:\.[a-z0-9-]+)+\.?$/i.test(url.hostname)) return undefined
  return spelling.includes('://') || /(?:^|\.)[a-z]{20}\./.test(hostname(url)) ? hostname(url) : undefined
}

function refOfUrl(text: string): string | undefined {
  const url = parseUrl(text)
  if (!url) return undefined
  const host = hostname(url)
  if (DATABASE_SCHEMES.has(url.protocol)) return refOfDatabaseUrl(host, url)
  if (!WEB_SCHEMES.has(url.protocol)) return undefined
  if (DASHBOARD_HOSTS.has(host)) return DASHBOARD_PATH.exec(url.pathname.toLowerCase())?.[1]
  return API_HOST.exec(host)?.[1]
}

function refOfDatabaseUrl(host: string, url: URL): string | undefined {
  const user = (decoded(url.username) ?? '').toLowerCase()
  const inUser = ROLE.exec(user)?.[1]
  const inHost = API_HOST.exec(host)?.[1]
  if (POOLER_HOST.test(host)) return inUser
  return inUser === undefined || inUser === inHost ? inHost : undefined
}

/** Node's `canParse` has said yes to long texts that `new URL` then threw at. */
function parseUrl(text: string): URL | undefined {
  return URL.parse(text) ?? undefined
}

function hostname(url: URL): string {
  return url.hostname.toLowerCase().replace(/\.$/, '')
}

function withoutPath(text: string): string {
  return text.replace(/[/:].*$/, '')
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
