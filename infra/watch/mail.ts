import { createTransport, type Transporter } from 'nodemailer'
import { ControlError } from '../errors.ts'
import type { Settings } from '../registry/settings.ts'
import { printable } from '../supabase/answer.ts'

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])
const TIMEOUTS = { connectionTimeout: 15_000, greetingTimeout: 15_000, socketTimeout: 30_000 }

/** One letter. The same `id` for the same transition, so that a mailbox can tell a second copy. */
export interface Letter {
  readonly subject: string
  readonly text: string
  readonly id: string
}

/** Who was reached, and what kept the others from being. */
export interface Posted {
  readonly reached: readonly string[]
  readonly problem: ControlError<'mail-failed'> | null
}

/**
 * Sends a letter to each of these on their own, so that one bad address keeps no other from hearing. Never throws:
 * what failed is the caller's to tell, and the next run's to send.
 */
export async function post(
  env: NodeJS.ProcessEnv,
  { from }: Settings['mail'],
  to: readonly string[],
  letter: Letter,
): Promise<Posted> {
  if (to.length === 0) return { reached: [], problem: null }
  const reached: string[] = []
  const failures: string[] = []
  try {
    if (from === null) throw new TypeError('mail.from is not set')
    const transport = transportFor(env.SMTP_URL)
    try {
      for (const address of to) {
        const why = await sendOne(transport, from, address, letter)
        if (why === null) reached.push(address)
        else failures.push(`${address}: ${why}`)
      }
    } finally {
      transport.close()
    }
  } catch (error) {
    failures.push(error instanceof TypeError ? error.message : 'unexpected')
  }
  if (failures.length === 0) return { reached, problem: null }
  const detail = printable(failures.join('; '), secretsIn(env.SMTP_URL))
  return { reached, problem: new ControlError('mail-failed', { detail }) }
}

/** TLS unless the server is on this machine: the letter says which orchestras share a database. */
function transportFor(address: string | undefined): Transporter {
  if (!address) throw new TypeError('SMTP_URL is not set')
  const url = URL.parse(address)
  const [user, pass] = [decoded(url?.username), decoded(url?.password)]
  const known = url?.protocol === 'smtp:' || url?.protocol === 'smtps:'
  if (!url?.hostname || !known || user === null || pass === null) {
    throw new TypeError('SMTP_URL is not smtp://… or smtps://…')
  }
  const local = LOOPBACK.has(url.hostname)
  const secure = url.protocol === 'smtps:'
  return createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !local && !secure,
    ignoreTLS: local && !secure,
    ...(user === '' ? {} : { auth: { user, pass } }),
    ...TIMEOUTS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

async function sendOne(
  transport: Transporter,
  from: string,
  to: string,
  { subject, text, id }: Letter,
): Promise<string | null> {
  try {
    await transport.sendMail({
      from,
      to,
      subject,
      text,
      messageId: `<${id}.${slugOf(to)}@${domainOf(from)}>`,
    })
    return null
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown'
  }
}

/** What stands escaped in an address; null where it is escaped wrongly. */
function decoded(text = ''): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

function slugOf(address: string): string {
  return address.replace(/[^\w]/g, '-')
}

function secretsIn(address: string | undefined): readonly string[] {
  const url = URL.parse(address ?? '')
  return url?.password ? [address ?? '', url.password, decoded(url.password) ?? ''] : []
}
