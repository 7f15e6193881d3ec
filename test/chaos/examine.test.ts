import { mkdir, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withMarker } from '../../infra/watch/marker.ts'
import type { Ended } from './ended.ts'
import { standing, wrongsAfter, wrongsAfterRest } from './examine.ts'
import { TOKEN } from './platform/platform.ts'
import { Run } from './run.ts'
import { World } from './world.ts'

let world: World

beforeEach(async () => {
  world = await World.open()
})
afterEach(() => world.close())

function ended(more: Partial<Ended> = {}): Ended {
  const usual = { code: 0, said: 'isolated: 2 of 2', verdict: 'isolated', crash: null } as const
  return { run: new Run({ faults: [] }), ...usual, ...more }
}

async function wrongWith(how: Ended): Promise<string> {
  return (await wrongsAfter(world, await standing(world), how)).join('\n')
}

function create(name: string) {
  const wish = { name, organization_slug: 'orkestrar', region_selection: { code: 'eu-north-1' } }
  return world.platform.answer('POST', '/v1/projects', `Bearer ${TOKEN}`, JSON.stringify(wish))
}

async function incident(): Promise<number> {
  const told = { since: '2026-01-29T11:46:40.000Z', findings: [], fingerprint: '', orchestras: [] }
  const memory = { ...told, changes: 0, ended: null, run: null, unassigned: [], untold: [] }
  const body = withMarker('breach', memory, '')
  const issue = { title: 'Databaser delas', body, labels: ['isolation-incident'] }
  return (await world.scene.world.as<{ number: number }>('the-bot', 'POST', '/issues', issue)).number
}

describe('a campaign sees', () => {
  test('nothing wrong where nothing is', async () => {
    expect(await wrongWith(ended())).toBe('')
  })

  test.each(['share', 'clone', 'move', 'key', 'pause', 'delete'] as const)(
    'isolated said of a world after: %s',
    async (what) => {
      world.misbehave(what, 'alto', 'basso')
      // a clone of a database without a plate is nobody's
      if (what === 'clone') {
        const row = { slug: 'basso', ref: world.refOf('basso') ?? '', made_at: '', signature: '' }
        Object.assign(world.projectOf('alto')?.database ?? {}, { plates: [row] })
      }
      expect(await wrongWith(ended())).toContain('isolated, and the world is not')
      world.mend()
      expect(await wrongWith(ended())).toBe('')
    },
  )

  test('a breach that is none', async () => {
    expect(await wrongWith(ended({ code: 1, verdict: 'breach' }))).toContain('nothing is shared')
  })

  test('a second project for one orchestra, one that nobody declared, and one made while databases are shared', async () => {
    await world.declare('canto')
    await create('canto')
    expect(await wrongWith(ended())).toBe('')
    Object.assign(world.projectOf('canto') ?? {}, { name: 'renamed' })
    await create('canto')
    expect(await wrongWith(ended())).toContain('a second project for canto')
    await create('nobody')
    expect(await wrongWith(ended())).toContain('which is not declared')
    world.misbehave('share', 'alto', 'basso')
    await world.declare('duo')
    await create('duo')
    expect(await wrongWith(ended({ code: 1, verdict: 'breach' }))).toContain(
      'duo was created while the world was broken',
    )
  })

  test('a crash, a silence, a stack trace, and success without a proof', async () => {
    expect(await wrongWith(ended({ code: 2, crash: 'TypeError' }))).toContain('it crashed')
    expect(await wrongWith(ended({ code: 2, said: ' ', verdict: null }))).toContain('said nothing')
    expect(await wrongWith(ended({ said: 'x\n    at up (/a/b.ts:1:2)\n' }))).toContain('stack trace')
    expect(await wrongWith(ended({ verdict: null }))).toContain('ended with 0 and said null')
  })

  test('a lock that goes without a proof', async () => {
    const number = await incident()
    world.misbehave('share', 'alto', 'basso')
    const before = await standing(world)
    expect(before.locked).toBe(true)
    await world.scene.world.as('the-bot', 'PATCH', `/issues/${number}`, { state: 'closed', body: 'gone' })
    const wrongs = await wrongsAfter(world, before, ended({ code: 1, verdict: 'breach' }))
    expect(wrongs.join('\n')).toContain('the lock went')
  })

  test('a lock that goes while one could not tell, unless another has proven it meanwhile', async () => {
    const number = await incident()
    const before = await standing(world)
    expect(before.locked).toBe(true)
    await world.scene.world.as('the-bot', 'PATCH', `/issues/${number}`, { state: 'closed', body: 'gone' })
    const open = ended({ code: 2, verdict: 'inconclusive' })
    for (const others of [[], [open]])
      expect((await wrongsAfter(world, before, open, others)).join('\n')).toContain('the lock went')
    expect(await wrongsAfter(world, before, open, [ended({})])).toEqual([])
  })

  test('incidents that are lost or doubled, and letters and locks that are missing', async () => {
    world.misbehave('share', 'alto', 'basso')
    const seen = async () =>
      (await wrongsAfterRest(world, 'watch', 1, ended({ code: 1, verdict: 'breach' }))).join('\n')
    expect(await seen()).toContain('0 incidents are open')
    expect(await seen()).toContain('the lock on a pull request is missing')
    expect(await seen()).toContain('was not told of a breach')
    await incident()
    await incident()
    expect(await seen()).toContain('2 incidents are open')
    expect(await seen()).toContain('2 incidents for 1 breaches')
  })

  test('an apply that left something undone', async () => {
    await mkdir(world.state, { recursive: true })
    await writeFile(`${world.state}/ledger.json`, '{"orchestras":[]}')
    const wrongs = (await wrongsAfterRest(world, 'provision', 0, ended())).join('\n')
    expect(wrongs).toContain('state has alto as undefined')
    expect(wrongs).toContain('alto has the plates []')
    expect(wrongs).toContain('the ledger has basso as undefined')
    expect(await wrongsAfterRest(world, 'provision', 0, ended({ code: 2 }))).toContain(
      'undisturbed it ended with 2, not 0',
    )
  })
})
