import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { complain } from '../errors.ts'
import type { Fleet } from '../fleet.ts'
import type { Project } from '../state.ts'

/** The services of a project that keep connections to its cluster, and how many at most. */
const SERVICES = {
  auth: { user: 'supabase_auth_admin', connections: 4 },
  rest: { user: 'authenticator', connections: 8 },
} as const
type Service = keyof typeof SERVICES

const LACKING = "select 1 where pg_catalog.to_regclass('auth.refresh_tokens') is null"

type Door = Record<Service, pg.Pool>

/** The services' connections to the clusters, made when first needed and let go when idle. */
export class Doors {
  readonly #fleet: Fleet
  readonly #open = new Map<string, { readonly port: number; readonly door: Promise<Door> }>()

  constructor(fleet: Fleet) {
    this.#fleet = fleet
  }

  /**
   * Does work in one transaction of the project's cluster, as the service. What throws is undone, unless it
   * says that the work is to be kept.
   */
  async transaction<T>(
    serving: Project,
    service: Service,
    work: (client: pg.PoolClient) => Promise<T>,
    begin = 'begin',
  ): Promise<T> {
    const door = await this.#door(serving)
    const client = await door[service].connect()
    client.on('error', noticed)
    let broken = true
    try {
      await client.query(begin)
      const done = await work(client).catch(async (error) => {
        const end = error instanceof Kept ? 'commit' : 'rollback'
        broken = await client.query(end).then(
          () => false,
          () => true,
        )
        throw error instanceof Kept ? error.cause : error
      })
      await client.query('commit')
      broken = false
      return done
    } finally {
      client.off('error', noticed)
      client.release(broken)
    }
  }

  close(): void {
    for (const { door } of this.#open.values()) shut(door)
    this.#open.clear()
  }

  /** The one way in for all calls at once; another when the server has moved to another port. */
  #door(serving: Project): Promise<Door> {
    const { ref } = serving
    const { port } = this.#fleet.cluster(ref)
    const known = this.#open.get(ref)
    if (known?.port === port) return known.door
    if (known) shut(known.door)
    const door = this.#openDoor(serving, port)
    this.#open.set(ref, { port, door })
    door.catch(() => {
      if (this.#open.get(ref)?.door === door) this.#open.delete(ref)
    })
    return door
  }

  /** A cluster kept from before the services had tables and passwords gets them first. */
  async #openDoor(serving: Project, port: number): Promise<Door> {
    const lacking = await this.#fleet.asAdmin(serving, LACKING)
    if (lacking.length > 0) {
      await this.#fleet.ownPasswords(serving)
      await this.#fleet.asAdmin(serving, await authSchema())
    }
    const pool = (service: Service) => {
      const { user, connections } = SERVICES[service]
      const made = new pg.Pool({
        ...{ host: '127.0.0.1', port, user, database: 'postgres', max: connections },
        password: this.#fleet.servicePassword(serving, user),
        application_name: service === 'rest' ? 'postgrest' : 'gotrue',
        ...{ idleTimeoutMillis: 5_000, connectionTimeoutMillis: 10_000, allowExitOnIdle: true },
      })
      return made.on('error', noticed)
    }
    return { auth: pool('auth'), rest: pool('rest') }
  }
}

/** Thrown inside a transaction: its work is kept, and the cause thrown. */
export class Kept extends Error {
  constructor(cause: unknown) {
    super('kept', { cause })
  }
}

/** The tables of a project's users; may be run again. */
export async function authSchema(): Promise<string> {
  return readFile(join(import.meta.dirname, '..', 'auth', 'schema.sql'), 'utf8')
}

function shut(door: Promise<Door>): void {
  const ended = door.then((pools) => Promise.all([pools.auth.end(), pools.rest.end()]))
  ended.catch((error) => complain('the connections to a cluster do not end', error))
}

/** A cluster that stops cuts idle connections; the next call finds out. */
function noticed(): void {}
