import { randomInt } from 'node:crypto'
import { ControlError } from '../../errors.ts'
import { isRef, type Ref } from '../../registry/ref.ts'
import type { Fact } from '../../report/language/repository-words.ts'
import { type Hands, pauseProject, statusOf } from './throwaway.ts'

/** What was seen, as it was seen: no judgement of it. */
export type Seen = Partial<Record<Fact, string>>

const ROLE = `select current_user::text as role, session_user::text as session,
  pg_catalog.current_setting('statement_timeout') as timeout,
  pg_catalog.current_setting('transaction_read_only') as read_only`
const SERVER = `select (select system_identifier::text from pg_catalog.pg_control_system()) as id,
  (extract(epoch from pg_catalog.pg_postmaster_start_time()))::text as started,
  pg_catalog.inet_server_addr()::text as address`

/** Asks two databases that are up what the documents do not say. */
export async function askBoth({ api }: Hands, first: Ref, second: Ref): Promise<Seen> {
  const one = await answerTo(() => api.readOnlyQuery(first, SERVER))
  const other = await answerTo(() => api.readOnlyQuery(second, SERVER))
  return {
    systemIdentifier: compared(one, other, 'id'),
    postmasterStart: compared(one, other, 'started'),
    serverAddress: compared(one, other, 'address'),
    multiStatement: await answerTo(() =>
      api.readOnlyQuery(
        first,
        'select 1 as first; select pg_catalog.txid_current_if_assigned() is null as last',
      ),
    ),
    readOnlyRole: await answerTo(() => api.readOnlyQuery(first, ROLE)),
    writingRole: await answerTo(() => api.query(first, ROLE)),
    unseenRef: await answerTo(() => api.project(randomRef())),
  }
}

/** How a query on a paused project is answered; a paid organization may refuse to pause. */
export async function askPaused(hands: Hands, ref: Ref): Promise<string> {
  try {
    await pauseProject(hands, ref)
  } catch (error) {
    return `pause: ${said(error)}`
  }
  const status = await statusOf(hands, ref, ['INACTIVE', 'PAUSE_FAILED'])
  return `${status}: ${await answerTo(() => hands.api.readOnlyQuery(ref, 'select 1 as one'))}`
}

/** The answer, or the refusal: both are what was asked for. */
export async function answerTo(ask: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await ask()).slice(0, 300)
  } catch (error) {
    return said(error)
  }
}

function said(error: unknown): string {
  if (error instanceof ControlError) return `${error.code} ${JSON.stringify(error.values)}`
  throw error
}

function compared(one: string, other: string, column: string): string {
  const [a, b] = [valueIn(one, column), valueIn(other, column)]
  if (a === undefined || b === undefined) return `${one} | ${other}`
  return `${a === b ? 'equal' : 'different'}: ${a} | ${b}`
}

function valueIn(rows: string, column: string): string | undefined {
  if (!rows.startsWith('[')) return undefined
  const [row]: readonly Record<string, unknown>[] = JSON.parse(rows)
  return row === undefined ? undefined : String(row[column])
}

function randomRef(): Ref {
  const text = Array.from({ length: 20 }, () => String.fromCharCode(97 + randomInt(26))).join('')
  if (isRef(text)) return text
  throw new TypeError('no ref')
}
