import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts'
import { caller, controls } from '../sandbox/support.ts'
import { openFolders, refOf } from '../support.ts'
import { Repository } from './repository.ts'

const [ALTO, BASSO] = [refOf('a'), refOf('b')]
const FILES = {
  'orchestras/alto.yaml': `name: Alto\nref: ${ALTO}\n`,
  'orchestras/basso.yaml': `name: Basso\nref: ${BASSO}\n`,
  '.github/orchestras.yml':
    'organization: orkestrar\nsuperadmins: [anna, bo]\nmail:\n  to: [larm@orkestrar.example]\n  from: watch@orkestrar.example\n',
}

let folders: Awaited<ReturnType<typeof openFolders>>
let sandbox: Sandbox
let repository: Repository
let firstLedger: string

beforeAll(async () => {
  folders = await openFolders({ alto: `name: Alto\nref: ${ALTO}\n`, basso: `name: Basso\nref: ${BASSO}\n` })
  sandbox = await startSandbox({ ...folders, provisioningMs: 300 })
  repository = await Repository.open(sandbox, FILES)
}, 60_000)

afterAll(async () => {
  await repository.close()
  await sandbox.stop()
  await folders.remove()
})

const share = (ref: string, other: string) => controls(caller(sandbox))('share', { ref, with: other })

async function projects(): Promise<readonly string[]> {
  const { body } = await caller(sandbox)('GET', '/v1/projects')
  return z
    .array(z.object({ name: z.string() }))
    .parse(body)
    .map(({ name }) => name)
}

async function lockOn(branch: string): Promise<readonly string[]> {
  const checks = await repository.scene.checks(await repository.scene.head(branch))
  return checks.filter(({ name }) => name === 'isolation-lock').map(({ conclusion }) => conclusion)
}

const incidents = (state: 'open' | 'all') => repository.scene.issues(state)

describe('from the pull request to the released lock', () => {
  test('a pull request adds an orchestra: green, merged, provisioned, proven', async () => {
    await repository.scene.pull('add-canto', { 'orchestras/canto.yaml': 'name: Canto\n' })
    const { validate, preview } = await repository.check('add-canto')
    expect([validate.code, preview.code], validate.out + preview.out).toEqual([0, 0])
    expect(await lockOn('add-canto')).toEqual(['success'])
    await repository.check('add-canto')
    const [comment, ...others] = await repository.commentsOn('add-canto')
    expect(others).toEqual([])
    expect(comment).toMatch(/\| Canto \|/)
    expect(await repository.merge('add-canto')).toBe('merged')

    const provisioned = await repository.workflow('provision')
    expect(provisioned.code, provisioned.out + provisioned.err).toBe(0)
    expect(provisioned.out).toContain('isolated: 3 of 3 orchestras, each on its own database')
    firstLedger = (await repository.ledger()).content
    const watched = await repository.workflow('monitor-database-isolation')
    expect(watched.code, watched.out + watched.err).toBe(0)
    expect((await repository.scene.checks()).find(({ name }) => name === 'isolation')?.conclusion).toBe(
      'success',
    )
    expect(await incidents('all')).toEqual([])
  }, 240_000)

  test('a pull request that claims a taken ref is red and cannot be merged', async () => {
    await repository.scene.pull('clash', {
      'orchestras/dolce.yaml': `name: Dolce\nref: postgres.${ALTO.toUpperCase()}\n`,
    })
    const { validate } = await repository.check('clash')
    expect(validate.code).toBe(1)
    expect(validate.out).toMatch(/alto\.yaml:2/)
    expect(await repository.merge('clash')).toMatch(/422|405/)
  }, 240_000)

  test('two refs on one cluster: one incident, one mail, and an open pull request that was green turns red', async () => {
    await repository.scene.pull('add-duo', { 'orchestras/duo.yaml': 'name: Duo\n' })
    await repository.check('add-duo')
    expect(await lockOn('add-duo')).toEqual(['success'])

    await share(BASSO, ALTO)
    const watched = await repository.workflow('monitor-database-isolation')
    expect(watched.code, watched.out + watched.err).toBe(1)
    const [incident, ...others] = await incidents('open')
    expect(others).toEqual([])
    expect(incident?.body).toContain('alto')
    expect(incident?.body).toContain('basso')
    expect(incident?.assignees.map(({ login }) => login).sort()).toEqual(['anna', 'bo'])
    expect(repository.scene.office.letters).toHaveLength(1)
    expect(await lockOn('add-duo')).toEqual(['failure'])
    expect(await repository.merge('add-duo')).toMatch(/422|405/)
  }, 240_000)

  test('the same again makes no noise', async () => {
    await repository.workflow('monitor-database-isolation')
    const [incident] = await incidents('all')
    expect(await incidents('all')).toHaveLength(1)
    expect(await repository.scene.comments(incident?.number ?? 0)).toEqual([])
    expect(repository.scene.office.letters).toHaveLength(1)
  }, 240_000)

  test('a new orchestra that an administrator puts past the lock is not provisioned, by push or by dispatch', async () => {
    await repository.bypass('orchestras/duo.yaml', 'name: Duo\n')
    for (const occasion of ['push', 'dispatch']) {
      const { code, out, err } = await repository.workflow('provision')
      expect(code, `${occasion}\n${out}${err}`).toBe(1)
      expect(out).toMatch(/väntar: duo/)
    }
    expect(await projects()).not.toContain('duo')
  }, 240_000)

  test('a person closes the incident: the next watch opens it again and names them', async () => {
    const [incident] = await incidents('open')
    await repository.scene.world.as('anna', 'PATCH', `/issues/${incident?.number}`, { state: 'closed' })
    await repository.workflow('monitor-database-isolation')
    expect((await incidents('open')).map(({ number }) => number)).toEqual([incident?.number])
    expect((await repository.scene.comments(incident?.number ?? 0)).join('\n')).toContain('anna')
  }, 240_000)

  test('a repair goes through while the lock is set', async () => {
    await repository.scene.pull('repair', {
      'orchestras/basso.yaml': `name: Basso\nref: ${BASSO}\ncontact: hjalp@basso.example\n`,
    })
    await repository.check('repair')
    expect(await lockOn('repair')).toEqual(['success'])
    expect(await repository.merge('repair')).toBe('merged')
  }, 240_000)

  test('repaired, but not yet proven by the watch, new orchestras still wait', async () => {
    await share(BASSO, BASSO)
    const { code, out } = await repository.workflow('provision')
    expect(out).toMatch(/väntar: duo/)
    expect(code, out).toBe(1)
    expect(await projects()).not.toContain('duo')
  }, 240_000)

  test('a proof ends the incident with one mail, and the waiting orchestra comes in by itself', async () => {
    const watched = await repository.workflow('monitor-database-isolation')
    expect(watched.code, watched.out + watched.err).toBe(0)
    expect(await incidents('open')).toEqual([])
    const [incident] = await incidents('all')
    expect((await repository.scene.comments(incident?.number ?? 0)).at(-1)).toContain('/actions/runs/7')
    expect(repository.scene.office.letters).toHaveLength(2)
    expect(repository.scene.world.runs.asked).toEqual(['provision.yml'])
    await repository.workflow('monitor-database-isolation')
    expect(repository.scene.world.runs.asked).toEqual(['provision.yml'])

    const provisioned = await repository.workflow('provision')
    expect(provisioned.code, provisioned.out + provisioned.err).toBe(0)
    expect(provisioned.out).toContain('isolated: 4 of 4 orchestras, each on its own database')
    expect(provisioned.out).toMatch(/duo: \d+ min från införande till bevis/)
    expect(await projects()).toContain('duo')
  }, 240_000)

  test('the ledger is published and signed; one that was altered, or is older, stops the next apply', async () => {
    const { content, sha } = await repository.ledger()
    const signed = z.object({ payload: z.string(), signature: z.string() }).parse(JSON.parse(content))
    const ledger = JSON.parse(Buffer.from(signed.payload, 'base64url').toString('utf8'))
    expect(ledger.orchestras.map(({ slug }: { slug: string }) => slug)).toEqual([
      'alto',
      'basso',
      'canto',
      'duo',
    ])

    const forged = { ...ledger, orchestras: ledger.orchestras.slice(1) }
    const payload = Buffer.from(JSON.stringify(forged)).toString('base64url')
    await repository.putLedger(JSON.stringify({ ...JSON.parse(content), payload }), sha)
    const refused = await repository.workflow('provision')
    expect(refused.code, refused.out).toBe(2)
    expect(refused.err).toMatch(/liggaren godtas inte/)
    expect((await repository.workflow('monitor-database-isolation')).code).toBe(0)

    await repository.putLedger(firstLedger, (await repository.ledger()).sha)
    const older = await repository.workflow('provision')
    expect([older.code, older.err], older.out).toEqual([2, expect.stringContaining('äldre än en som redan')])
    await repository.putLedger(content, (await repository.ledger()).sha)
    const mended = await repository.workflow('provision')
    expect(mended.code, mended.out + mended.err).toBe(0)
  }, 240_000)
})
