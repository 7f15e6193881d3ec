import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { ControlError } from '../errors.ts'
import type { Ref } from '../registry/ref.ts'
import type { ManagementApi } from '../supabase/client.ts'
import type { Challenge } from './evidence.ts'
import { STEADY } from './sql.ts'
import { whyOf } from './why.ts'

const HOLD_SECONDS = 4
const LOOK_AFTER_MS = 300

const seenRows = z.array(z.object({ key: z.string().regex(/^\d+$/) }))

/**
 * The active proof: through each ref an advisory lock on a random key is held for some seconds, and through
 * each the locks of its server are read meanwhile. `pg_locks` shows a whole server, and nobody can forge that
 * a key which they cannot guess is not there. Every ref must see its own key, or it counts as not asked.
 * Two calls a ref; read-only.
 */
export async function challenge(
  api: ManagementApi,
  refs: readonly Ref[],
): Promise<ReadonlyMap<Ref, Challenge>> {
  const keyByRef = new Map(refs.map((ref) => [ref, randomKey()]))
  const refByKey = new Map([...keyByRef].map(([ref, key]) => [key, ref]))
  const holding = [...keyByRef].map(([ref, key]) => hold(api, ref, key))
  const sights = new Map<Ref, ReadonlySet<Ref>>()
  await sleep(LOOK_AFTER_MS)
  await Promise.all(
    refs.map(async (ref) => {
      const seen = await look(api, ref, keyByRef.get(ref) ?? '', [...refByKey.keys()])
      if (seen) sights.set(ref, new Set(seen.flatMap((key) => refByKey.get(key) ?? [])))
    }),
  )
  await Promise.all(holding)
  const unasked = refs.filter((ref) => !sights.has(ref))
  return new Map(
    refs.map((ref) => [
      ref,
      {
        seenThrough: refs.filter((other) => other !== ref && sights.get(other)?.has(ref)),
        unasked: sights.has(ref) ? [] : unasked,
      },
    ]),
  )
}

function randomKey(): string {
  return `${(BigInt(randomInt(2 ** 30)) << 32n) | BigInt(randomInt(2 ** 32))}`
}

/** That it failed shows in `look`, which then does not find the ref's own key. */
async function hold(api: ManagementApi, ref: Ref, key: string): Promise<void> {
  try {
    await api.readOnlyQuery(
      ref,
      `${STEADY} select pg_catalog.pg_advisory_xact_lock_shared(${key}::pg_catalog.int8), pg_catalog.pg_sleep(${HOLD_SECONDS})`,
    )
  } catch (error) {
    if (!(error instanceof ControlError)) throw error
  }
}

/** The keys seen on the ref's server, once its own is among them; undefined when that never came to be. */
async function look(
  api: ManagementApi,
  ref: Ref,
  own: string,
  keys: readonly string[],
): Promise<readonly string[] | undefined> {
  const sql = `${STEADY} select k.key::pg_catalog.text as key
    from pg_catalog.unnest('{${keys.join(',')}}'::pg_catalog.int8[]) k(key)
    where exists (select from pg_catalog.pg_locks l
      where l.locktype operator(pg_catalog.=) 'advisory' and l.objsubid operator(pg_catalog.=) 1::pg_catalog.int2
        and l.classid::pg_catalog.int8 operator(pg_catalog.=) (k.key operator(pg_catalog.>>) 32)
        and l.objid::pg_catalog.int8 operator(pg_catalog.=) (k.key operator(pg_catalog.&) 4294967295::pg_catalog.int8))`
  try {
    for (let tries = 0; tries < 4; tries++) {
      const seen = seenRows.parse(await api.readOnlyQuery(ref, sql)).map((row) => row.key)
      if (seen.includes(own)) return seen
      await sleep(LOOK_AFTER_MS)
    }
  } catch (error) {
    if (!(error instanceof z.ZodError)) whyOf(error)
  }
  return undefined
}
