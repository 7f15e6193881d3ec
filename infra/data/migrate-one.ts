import { setTimeout as sleep } from 'node:timers/promises'
import { ControlError, hasCode } from '../errors.ts'
import { nameOf } from '../registry/migrations/history.ts'
import type { Migration } from '../registry/migrations/migration.ts'
import type { PublicKey } from '../registry/settings.ts'
import type { ManagementApi } from '../supabase/client.ts'
import { look, type Standing, type Target } from './migration-look.ts'
import { pendingFor } from './migration-plan.ts'
import { type Expected, GUARD, linesBefore, migrationSql } from './migration-sql.ts'

/** What migrating is done with. */
export interface Tools {
  readonly api: ManagementApi
  /** Keys whose signatures on nameplates are honoured. */
  readonly pinned: readonly PublicKey[]
  readonly migrations: readonly Migration[]
  /** How long an answer that was lost is waited for in the database: longer than a statement may take. */
  readonly patienceMs?: number
}

const PATIENCE_MS = 60_000
const LOOK_MS = 500
/** A little longer than the Management API lets a call take. */
const CALL_MS = 60_000
/** How often one migration is tried: the second time only when the first one's failure may have passed. */
const TRIES = 2

/**
 * Brings one database up to date, migration by migration; the names of the files that it was given. Whatever went
 * wrong, the database is looked at before anything is sent again: an answer may be lost and the work done, or another
 * run may have done it.
 * @throws ControlError `migration-failed`, `migration-unclear`, `migrations-unanswered`, and those of `look` and
 * `pendingFor` but the API's
 */
export async function migrateOne(tools: Tools, target: Target): Promise<readonly string[]> {
  const { api, migrations } = tools
  const applied: string[] = []
  let standing = await lookOrSay(tools, target)
  for (let tries = 1; ; ) {
    const [next] = await pendingFor(api, target, standing, migrations)
    if (!next) return applied
    const expected: Expected = {
      plates: standing.plates,
      versions: standing.recorded.map(({ version }) => version),
    }
    const error = await attempt(api, target, migrationSql(next, expected))
    standing = await lookWhenQuiet(tools, target, next, error)
    if (standing.recorded.some(({ version }) => version === next.version)) {
      applied.push(nameOf(next))
      tries = 1
    } else if (error === null || !mayPass(error) || tries++ >= TRIES) {
      throw failed(target, next, expected, error)
    }
  }
}

async function attempt(api: ManagementApi, { ref }: Target, sql: string): Promise<ControlError | null> {
  try {
    await api.query(ref, sql, [], CALL_MS)
    return null
  } catch (error) {
    if (!(error instanceof ControlError) || error.code === 'engine-cancelled') throw error
    return error
  }
}

async function lookOrSay({ api, pinned }: Tools, target: Target): Promise<Standing> {
  try {
    return await look(api, target, pinned)
  } catch (error) {
    if (!(error instanceof ControlError) || !isOfTheApi(error)) throw error
    throw new ControlError('migrations-unanswered', { ...target, detail: detailOf(error) }, { cause: error })
  }
}

/** The database once nothing runs in it any more. @throws ControlError `migration-unclear` when it cannot be told */
async function lookWhenQuiet(
  { api, pinned, patienceMs = PATIENCE_MS }: Tools,
  target: Target,
  next: Migration,
  error: ControlError | null,
): Promise<Standing> {
  const unclear = (cause: ControlError) =>
    new ControlError(
      'migration-unclear',
      { ...target, file: nameOf(next), detail: detailOf(cause) },
      { cause },
    )
  for (const until = performance.now() + patienceMs; ; await sleep(LOOK_MS)) {
    const standing = await look(api, target, pinned).catch((second: unknown) => {
      throw second instanceof ControlError && isOfTheApi(second) ? unclear(error ?? second) : second
    })
    if (!standing.busy) return standing
    if (performance.now() > until) {
      const seconds = Math.round(patienceMs / 1000)
      throw unclear(error ?? new ControlError('api-timeout', { call: 'migration', seconds }))
    }
  }
}

function isOfTheApi({ code }: ControlError): boolean {
  return code.startsWith('api-')
}

/** For a sentence: what was answered, or how long nothing was. */
function detailOf(error: ControlError): string {
  if (hasCode(error, 'api-refused')) return `${error.values.status} ${error.values.answer}`.trim()
  if (hasCode(error, 'api-timeout')) return `${error.values.seconds} s`
  return hasCode(error, 'api-unreachable') ? error.values.cause : error.code
}

/** Lost on the way, held up by locks, or overtaken: 55P03, 40P01 and 40001 are PostgreSQL's codes for the latter. */
function mayPass(error: ControlError): boolean {
  if (!hasCode(error, 'api-refused')) return isOfTheApi(error)
  const { status, answer } = error.values
  return status >= 500 || answer.includes(GUARD) || /\b(?:55P03|40P01|40001)\b/.test(answer)
}

/** The line is the file's own: what stands before it in the call is taken off. */
function failed(
  target: Target,
  next: Migration,
  expected: Expected,
  error: ControlError | null,
): ControlError {
  const file = nameOf(next)
  if (error === null || !hasCode(error, 'api-refused') || error.values.status >= 500) {
    const detail = error === null ? 'supabase_migrations.schema_migrations' : detailOf(error)
    return new ControlError('migration-unclear', { ...target, file, detail })
  }
  const { answer } = error.values
  const at = [...answer.matchAll(/ LINE (\d+):/g)].at(-1)
  const line = at ? Number(at[1]) - linesBefore(next, expected) : 0
  return new ControlError('migration-failed', {
    ...target,
    file,
    line: line > 0 ? line : null,
    answer: answer.slice(0, at?.index).replace(/^Failed to run sql query:\s*/, ''),
  })
}
