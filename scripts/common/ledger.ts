import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { hasCode } from '../../infra/errors.ts'
import type { Means } from '../../infra/isolation/means.ts'
import { type Ledger, readLedger } from '../../infra/ledger/ledger.ts'
import { nextLedger, type Proven } from '../../infra/ledger/publish.ts'
import { fetchLedger, publishLedger } from '../../infra/ledger/publish-github.ts'
import type { LedgerEntry } from '../../infra/ledger/schema.ts'
import { ledgerTrust, signLedger } from '../../infra/ledger/signed.ts'
import { publicKeysFor, signerFor } from '../../infra/provider/signature.ts'
import type { Registry } from '../../infra/registry/registry.ts'
import { sayError } from '../../infra/report/language/say.ts'
import type { Target } from '../../infra/supabase/target.ts'
import { GitHub } from '../../infra/watch/github.ts'
import { readGitHub } from '../../infra/watch/target.ts'
import type { Context } from './command.ts'
import { keep } from './outcome.ts'

export const LEDGER = 'ledger.json'
/** The same, as it would be published: for a gateway on this machine. */
export const SIGNED_LEDGER = 'ledger.signed.json'

/**
 * The ledger as last published on GitHub, or, without GitHub, as this machine keeps it; null before the first
 * time. One that cannot be believed is said and left aside: it is a help to know what once was, no proof.
 */
export async function knownLedger(
  { options, say, note }: Context,
  { settings }: Registry,
  target: Target,
  env: NodeJS.ProcessEnv,
): Promise<Ledger | null> {
  if (!env.GITHUB_TOKEN) {
    const file = join(options.state, LEDGER)
    return existsSync(file) ? readLedger(file) : null
  }
  try {
    return await publishedLedger(settings, target, env)
  } catch (error) {
    if (!hasCode(error, 'ledger-refused')) throw error
    note(`⚠️  ${sayError(say, error).message}`)
    return null
  }
}

/** @throws ControlError `ledger-refused` for one that is unsigned, altered, or by a key that is not pinned */
export async function publishedLedger(
  settings: Registry['settings'],
  target: Target,
  env: NodeJS.ProcessEnv,
): Promise<Ledger | null> {
  const trust = ledgerTrust(settings.signingKeys, target.source)
  return trust ? fetchLedger(new GitHub(readGitHub(env)), trust) : null
}

/** Keeps the ledger here, and publishes it, signed, where there is a repository to publish it to. */
export async function keepLedger(
  {
    api,
    registry,
    engine,
    ledger,
  }: Pick<Means, 'registry' | 'engine' | 'ledger'> & {
    readonly api: Pick<Means['api'], 'target'>
  },
  state: string,
  {
    proven,
    hasEnded,
  }: { readonly proven: readonly Proven[]; readonly hasEnded: (one: LedgerEntry) => boolean },
  at: Date,
): Promise<void> {
  const { source } = api.target
  const next = (before: Ledger | null) => nextLedger(before, proven, at, source, hasEnded)
  const { env } = engine
  const key = signerFor(env, source, publicKeysFor(source, registry.settings.signingKeys))
  if (env.GITHUB_TOKEN) {
    const trust = ledgerTrust(registry.settings.signingKeys, source)
    const allowSandbox = env.ALLOW_SANDBOX_API === 'true'
    if (trust) await publishLedger(new GitHub(readGitHub(env)), { key, trust, allowSandbox }, next)
  }
  await keepChanged(state, LEDGER, next(ledger))
  await keepChanged(state, SIGNED_LEDGER, JSON.parse(await signLedger(key, next(ledger))))
}

/**
 * What lies there already is left as it is; compared with the file itself, for a run may have published the ledger and
 * ended before it kept it. The same ledger signed by the same key is the same text.
 */
async function keepChanged(state: string, name: string, value: unknown): Promise<void> {
  const file = join(state, name)
  const before = existsSync(file) ? jsonIn(await readFile(file, 'utf8')) : undefined
  if (!isDeepStrictEqual(before, JSON.parse(JSON.stringify(value)))) await keep(state, name, value)
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
