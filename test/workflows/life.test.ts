import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readLines } from '../../infra/data/dump/files.ts'
import { opener } from '../../infra/data/dump/seal.ts'
import { openDump } from '../../infra/data/dump/truth.ts'
import { refOf } from '../support.ts'
import { openRoom } from './room.ts'
import { findTool } from './tools.ts'

// An orchestra's life by the workflows that live it: migrated, retired, moved. One room for all, each test goes on from
// the one before it.

const SLOW = 240_000
const [ALTO, CANTO, DUETO] = [refOf('a'), refOf('c'), refOf('d')]
const ORCHESTRAS = {
  alto: `name: Alto\nref: ${ALTO}\n`,
  basso: 'name: Basso\nregion: eu-west-1\n',
  canto: `name: Canto\nref: ${CANTO}\nretire: ${CANTO}\n`,
  dueto: `name: Dueto\nref: ${DUETO}\n`,
}
const MIGRATION = '20260301000000_wings.sql'
/** Stands in one row of Canto's only. */
const MUSICIAN = 'Harriet Hemlig'
const TRAP = join(tmpdir(), `trap-of-life-${process.pid}`)

type Room = Awaited<ReturnType<typeof openRoom>>
const opened: { missing?: string; room?: Room } = {}
beforeAll(async () => {
  const found = await findTool('act')
  if (found.kind === 'missing') opened.missing = found.why
  else opened.room = await openRoom(found.program, ORCHESTRAS)
}, 600_000)
afterAll(() => opened.room?.close())

const room = (skip: (note?: string) => void): Room => {
  if (opened.missing !== undefined) skip(opened.missing)
  if (!opened.room) throw new Error('no room')
  return opened.room
}

/** Nothing of what only `production` knows has been shown. */
function expectNoSecret({ secrets }: Room, { log, summary }: { log: string; summary: string }): void {
  const { CONTROL_SIGNING_KEY, PULUMI_CONFIG_PASSPHRASE, SUPABASE_ACCESS_TOKEN } = secrets
  const { d } = JSON.parse(CONTROL_SIGNING_KEY)
  for (const secret of [d, PULUMI_CONFIG_PASSPHRASE, SUPABASE_ACCESS_TOKEN])
    expect(`${log}${summary}`.includes(secret)).toBe(false)
}

async function versionsOf({ sql }: Room, ref: string): Promise<number> {
  const query = 'select count(*)::int as n from supabase_migrations.schema_migrations'
  return Number((await sql(ref, query))[0]?.n)
}

describe('provision.yml', () => {
  const { publicKey, privateKey } = keys()
  async function withKey({ settings }: Room) {
    const { kty, crv, x } = await exportJWK(await publicKey)
    return { '.github/orchestras.yml': JSON.stringify({ ...settings, dumpKey: { kty, crv, x } }) }
  }

  test('a migration that fails on one orchestra: the others have it, and it is red and says where; without a key nobody is deleted', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const here = room(skip)
    const begun = await here.run('provision', 'push')
    expect(begun.jobs, begun.log).toEqual({ provision: 'success', watch: 'success' })
    expect(begun.kept).toEqual(['report'])
    const { basso = '' } = await here.projects()
    await here.sql(
      CANTO,
      `insert into public.musicians (name, instrument) values ('${MUSICIAN}', 'oboe'); select 1`,
    )
    await here.sql(DUETO, 'create table public.wings (own text); select 1')

    await here.commit({
      'orchestras/canto.yaml': null,
      [`supabase/migrations/${MIGRATION}`]: 'create table public.wings (n int);\n',
    })
    const { jobs, log, summary, kept } = await here.run('provision', 'push')
    expect(jobs, log).toEqual({ provision: 'failure', watch: 'success' })
    for (const told of [log, summary.replaceAll('\\', '')]) {
      expect(told).toContain(`dueto: migreringen ${MIGRATION} misslyckades`)
      expect(told).toMatch(/canto: databasen c{20} avvecklas inte: [^\n]*dumpKey[^\n]*Ingenting är borttaget/)
    }
    expect(await Promise.all([ALTO, basso, DUETO].map((ref) => versionsOf(here, ref)))).toEqual([2, 2, 1])
    expect(await here.projects()).toMatchObject({ canto: CANTO })
    expect(await here.ledger()).toMatchObject({ canto: CANTO })
    expect(kept).toEqual(['report'])
  })

  test('a dump that could not be put away: nobody is deleted, and the others are served all the same', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const here = room(skip)
    await here.sql(DUETO, 'drop table public.wings; select 1')
    await here.commit(await withKey(here))
    here.repository.refused = ['dumps-1']
    const { jobs, log, summary, kept } = await here.run('provision', 'push')
    here.repository.refused = []
    expect(jobs, log).toEqual({ provision: 'failure', watch: 'success' })
    expect(log).toMatch(/canto: databasen c{20} avvecklas inte: ingen kopia/)
    expect(summary).toContain('Keep dumps')
    expect(await versionsOf(here, DUETO)).toBe(2)
    expect(await here.projects()).toMatchObject({ canto: CANTO })
    expect(await here.ledger()).toMatchObject({ canto: CANTO })
    expect(kept).toEqual(['report'])
  })

  test('what was announced is dumped, put away sealed, and then deleted', { timeout: SLOW }, async ({
    skip,
  }) => {
    const here = room(skip)
    here.takeAsked()
    const ended = await here.run('provision', 'workflow_dispatch')
    expect(ended.jobs, ended.log).toEqual({ provision: 'success', watch: 'success' })
    expect(ended.kept.toSorted()).toEqual(['dumps-1', 'report'])
    expect(Object.keys(await here.projects())).not.toContain('canto')
    expect(await here.ledger()).toMatchObject({ alto: ALTO, canto: 'retired', dueto: DUETO })
    expect(here.takeAsked()).toEqual(['watch.yml'])
    expectNoSecret(here, ended)

    const [name = '', ...others] = await readdir(here.repository.artifact('dumps-1'))
    expect([name, others]).toEqual([expect.stringMatching(/^canto-c{20}-/), []])
    const folder = here.repository.artifact('dumps-1', name)
    const { manifest } = await openDump(folder)
    expect(manifest).toMatchObject({ slug: 'canto', ref: CANTO, sealed: true })
    for (const file of await readdir(folder)) {
      expect(file).toMatch(/^manifest\.json$|\.jsonl\.jwe$/)
      expect(await readFile(join(folder, file), 'utf8')).not.toContain(MUSICIAN)
    }
    const musicians = manifest.tables.find((table) => table.name.includes('musicians'))
    if (!musicians) throw new Error('no musicians')
    const lines: string[] = []
    const unseal = await opener(await exportJWK(await privateKey))
    for await (const line of readLines(folder, musicians, unseal)) lines.push(line)
    expect(lines).toHaveLength(Number(musicians.rows))
    expect(lines.join('\n')).toContain(MUSICIAN)
  })
})

describe('move.yml', () => {
  test.for<[string, string, string]>([
    [
      'shell, and lines of its own',
      `$(touch ${TRAP})"; touch ${TRAP}; "\`touch ${TRAP}\`\n::error::planted\n--discard`,
      '',
    ],
    ['an option', '--lang=en', `$(touch ${TRAP})" --dry-run\n::error::planted`],
    ['a region that is shell', 'basso', `$(touch ${TRAP})"; touch ${TRAP}\n::error::planted`],
  ])('%s: nothing is done', { timeout: SLOW }, async ([, orchestra, region], { skip }) => {
    const here = room(skip)
    const ran: { outcome?: Awaited<ReturnType<Room['run']>> } = {}
    const changes = await here.changesIn(async () => {
      const inputs = { verb: 'create', orchestra, region, 'dry-run': 'false', discard: 'false' }
      ran.outcome = await here.run('move', 'workflow_dispatch', inputs)
    })
    const { jobs = {}, log = '', summary = '' } = ran.outcome ?? {}
    expect(jobs, log).toEqual({ move: 'failure' })
    expect(changes).toEqual([])
    for (const told of [log, summary]) expect(told).toContain('Kommandot gick inte att förstå')
    expect(log).not.toMatch(/^\s*(::error::|❗.*)?planted$/m)
    expect(existsSync(TRAP)).toBe(false)
  })

  test('unless told otherwise only says what would be done', { timeout: SLOW }, async ({ skip }) => {
    const here = room(skip)
    const ran: { outcome?: Awaited<ReturnType<Room['run']>> } = {}
    const changes = await here.changesIn(async () => {
      ran.outcome = await here.run('move', 'workflow_dispatch', { verb: 'create', orchestra: 'basso' })
    })
    expect(ran.outcome?.jobs, ran.outcome?.log).toEqual({ move: 'success' })
    expect(ran.outcome?.log).toContain('basso-move')
    expect(changes).toEqual([])
  })

  test('create, copy, verify and switch move an orchestra to another region, and provision publishes it', {
    timeout: 2 * SLOW,
  }, async ({ skip }) => {
    const here = room(skip)
    const { basso: old = '' } = await here.projects()
    await here.sql(
      old,
      `insert into public.musicians (name, instrument) values ('${MUSICIAN}', 'oboe'); select 1`,
    )
    here.takeAsked()
    const step = async (verb: string, more: Readonly<Record<string, string>> = {}) => {
      const inputs = { verb, orchestra: 'basso', 'dry-run': 'false', ...more }
      const ended = await here.run('move', 'workflow_dispatch', inputs)
      expectNoSecret(here, ended)
      return ended
    }
    for (const [verb, more] of [['create', { region: 'eu-central-1' }], ['copy'], ['verify']] as const) {
      const { jobs, log } = await step(verb, more)
      expect(jobs, log).toEqual({ move: 'success' })
    }
    expect(here.takeAsked()).toEqual([])
    const switched = await step('switch')
    expect(switched.jobs, switched.log).toEqual({ move: 'success', provision: 'success' })
    expect(here.takeAsked()).toEqual(['provision.yml'])
    const { basso: target = '', ...others } = await here.projects()
    expect(others).toMatchObject({ 'basso-moved': old })
    for (const told of [switched.log, switched.summary]) expect(told).toContain(`replaces: ${old}`)

    await here.commit({
      'orchestras/basso.yaml': `name: Basso\nregion: eu-central-1\nref: ${target}\nreplaces: ${old}\n`,
    })
    const { jobs, log } = await here.run('provision', 'workflow_dispatch')
    expect(jobs, log).toEqual({ provision: 'success', watch: 'success' })
    expect(await here.ledger()).toMatchObject({ basso: target })
    expect(await here.sql(target, 'select name from public.musicians')).toContainEqual({ name: MUSICIAN })
  })
})

function keys() {
  const pair = generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true })
  return {
    publicKey: pair.then(({ publicKey }) => publicKey),
    privateKey: pair.then(({ privateKey }) => privateKey),
  }
}
