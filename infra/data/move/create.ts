import { ControlError } from '../../errors.ts'
import { type Means as Adoption, mustBeAt, startFromName } from '../../provider/adoption.ts'
import { Inventory } from '../../provider/inventory.ts'
import { movedName, targetName } from '../../provider/moved.ts'
import { engrave, inspect, refuseInUse } from '../../provider/nameplate.ts'
import { newPassword } from '../../provider/password.ts'
import { signerFor } from '../../provider/signature.ts'
import { waitUntilHealthy } from '../../provider/waiting.ts'
import type { Ref } from '../../registry/ref.ts'
import type { Slug } from '../../registry/slug.ts'
import { beginMemory, enterPhase, type Record, readMemory } from './memory.ts'
import { build, compare, type Difference, readThings } from './objects.ts'
import { type Move, refused } from './open.ts'
import { plan } from './plan.ts'

export interface Created {
  /** Null in a dry run, when there is none yet. */
  readonly target: Ref | null
  readonly name: string
  readonly region: string
  readonly how: 'whole' | 'shared'
  readonly sharedWith: readonly string[]
  readonly tables: number
  readonly differences: readonly Difference[]
  /** Extensions that the new database does not offer. */
  readonly unavailable: readonly string[]
}

/**
 * Makes the database to move to, and in it everything but rows. What is there is kept, so it goes on where it was
 * stopped; after a change in the source it takes up what is new.
 * @throws ControlError `move-refused`, those of the provider for a project that is another's or in use, and those of the API
 */
export async function create(move: Move, wanted: string | null): Promise<Created> {
  const { api, slug, source, record, dryRun, orchestra, projects } = move
  if (record && ['switching', 'switched'].includes(record.phase)) throw refused(slug, 'already-switched', [])
  const taken = projects.find((project) => project.name === movedName(slug) && project.ref !== source)
  if (taken) throw refused(slug, 'name-taken', [`${taken.name} (${taken.ref})`])
  const { scope, sharedWith, structure } = await plan(move)
  const name = targetName(slug)
  const made = projects.find((project) => project.name === name)
  const region = wanted ?? made?.region ?? orchestra.region
  if (made) mustBeAt({ slug, organization: '', region }, made.ref, 'region', made.region)
  const told = { name, region, how: scope.how, sharedWith, tables: structure.tables.length }
  const things = await readThings(api, source)
  if (dryRun) {
    const target = made?.ref ?? null
    const there = record?.target === target && target !== null ? await readThings(api, target) : []
    const differences = compare(things, there)
      .filter(({ how, thing }) => (how === 'missing' ? thing.ddl === null : target !== null))
      .map(({ how, thing }) => ({ kind: thing.kind, name: thing.name, how, why: null }))
    return { ...told, target, differences, unavailable: [] }
  }
  const begun = record?.phase === 'completed' || record === null ? await begin(move, region) : record
  move.onProgress('schema', begun.target)
  const left = await build(api, things, begun.target)
  const differences = left.filter(({ kind }) => kind !== 'extension')
  const unavailable = left.filter(({ kind }) => kind === 'extension').map((one) => one.name)
  if (differences.length === 0 && begun.phase === 'begun') await enterPhase(api, begun, ['begun'], 'created')
  return { ...told, target: begun.target, differences, unavailable }
}

/**
 * The project by its name, or a new one, with this orchestra's nameplate. Its password is thrown away: nothing here
 * ever uses one, and whoever needs one sets a new one at Supabase.
 */
async function begin(move: Move, region: string): Promise<Record> {
  const { api, slug, source, means, keys, projects } = move
  const { organization, waitMinutes } = means.registry.settings
  const name = targetName(slug)
  const key = signerFor(means.engine.env, api.target.source, keys)
  const signal = means.engine.signal ?? new AbortController().signal
  const mustBeWanted = () => signal.throwIfAborted()
  const work: Adoption = { api, inventory: new Inventory(api), signal, mustBeWanted }
  const inputs = {
    // what is looked for and made is a project's name, which may be longer than a slug
    ...{ slug: name as Slug, organization, region, size: move.orchestra.size, paused: false },
    ...{ password: newPassword(), waitSeconds: waitMinutes * 60, publicKeys: [...keys] },
  }
  const { ref, how } = await startFromName(work, inputs, () => move.onProgress('creating', name))
  const owner = { slug, ref }
  await waitUntilHealthy(api, owner, {
    since: performance.now(),
    seconds: waitMinutes * 60,
    signal,
    mustBeWanted,
    onStatus: (status: string) => move.onProgress('waiting', status),
  })
  const known = await readMemory(api, slug, ref, keys)
  const standing = await inspect(api, owner, keys, how === 'made' || known ? 'known' : 'unknown')
  if (how === 'found' && known === null) await refuseInUse(api, owner)
  await engrave(api, owner, key, keys, standing, mustBeWanted)
  const sourceName = projects.find((project) => project.ref === source)?.name ?? slug
  const made = { slug, source, target: ref, facts: { sourceName, scope: null } }
  await beginMemory(api, key, made)
  const record = await readMemory(api, slug, ref, keys)
  if (record === null)
    throw new ControlError('api-unintelligible', { call: 'control.move', detail: 'not as written' })
  return record
}
