import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { identityOnly } from '../../../infra/isolation/sql.ts'
import { ACCOUNTS, IN_USE, LOOK, OUR_COLUMNS, READ } from '../../../infra/provider/nameplate-sql.ts'

export interface Row {
  readonly slug: string
  readonly ref: string
  readonly made_at: string
  readonly signature: string
}

/** A server with one database, as far as the control plane asks about it. */
export class Database {
  readonly systemId = '7460000000000000001'
  /** Seconds since 1970, as PostgreSQL tells them. */
  readonly startedAt: string
  plates: Row[] | null
  readonly #held = new Set<string>()

  constructor(plates: readonly Row[] | null = null) {
    this.startedAt = `${Math.floor(Date.now() / 1000) - 86_400}.${randomInt(100_000, 999_999)}`
    this.plates = plates && [...plates]
  }

  /**
   * Answers one of the statements that the control plane sends, by what it is for.
   * @throws TypeError for any other: then this file has to learn it
   */
  async answer(sql: string): Promise<readonly object[]> {
    if (sql === LOOK)
      return [this.plates ? { kind: 'r', columns: OUR_COLUMNS } : { kind: null, columns: null }]
    if (sql === READ) return this.plates ?? []
    if (sql === IN_USE) return [{ tables: 0, accounts: true }]
    if (sql === ACCOUNTS) return [{ rows: 0 }]
    if (sql === identityOnly) return [this.#identity()]
    if (sql.includes('insert into control.nameplate')) return this.#plate(sql)
    if (sql.includes(' as plates')) return [this.#evidence(sql)]
    const [, key] = /pg_advisory_xact_lock_shared\((\d+)/.exec(sql) ?? []
    if (key !== undefined) return this.#hold(key)
    const [, keys] = /unnest\('\{([\d,]+)\}'/.exec(sql) ?? []
    if (keys !== undefined)
      return keys.split(',').flatMap((one) => (this.#held.has(one) ? [{ key: one }] : []))
    throw new TypeError(`a statement that the platform does not know: ${sql.slice(0, 200)}`)
  }

  #identity() {
    return {
      ...{ system_id: this.systemId, started_at: this.startedAt, now: `${Date.now() / 1000}` },
      ...{ in_recovery: false, database_oid: '5' },
    }
  }

  #evidence(sql: string) {
    const counted = sql.includes('null as musicians') ? null : '1'
    const empty = hex([])
    return {
      ...this.#identity(),
      ...{ musicians: counted, projects: counted, bytes: counted && '8000000' },
      ...{ migrations: counted && empty, fingerprint: null },
      plates: sql.includes('null as plates') ? null : hex(this.plates ?? []),
      ...{ foreign_servers: empty, subscriptions: empty },
    }
  }

  /** In one piece, as the transaction is. */
  #plate(sql: string): readonly Row[] {
    const words = [...sql.matchAll(/decode\('([0-9a-f]*)', 'hex'\)/g)].map(([, text = '']) =>
      Buffer.from(text, 'hex').toString('utf8'),
    )
    const rows = Array.from({ length: words.length / 4 }, (_, index) => {
      const [slug = '', ref = '', made_at = '', signature = ''] = words.slice(4 * index, 4 * index + 4)
      return { slug, ref, made_at, signature }
    })
    const removed = new Set(rows.slice(0, -1).map((row) => JSON.stringify(row)))
    const left = (this.plates ?? []).filter((row) => !removed.has(JSON.stringify(row)))
    this.plates = left.length > 0 ? left : rows.slice(-1)
    return this.plates
  }

  async #hold(key: string): Promise<readonly object[]> {
    this.#held.add(key)
    await sleep(4_000)
    this.#held.delete(key)
    return [{}]
  }
}

function hex(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('hex')
}
