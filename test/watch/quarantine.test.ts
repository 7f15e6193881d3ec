import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { View } from '../../infra/report/view.ts'
import { readMarker, rememberedOrchestras, withMarker } from '../../infra/watch/marker.ts'
import { readQuarantine } from '../../infra/watch/quarantine.ts'
import { found, Scene, shared, sharedToo, unread } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await Scene.open()
})
afterEach(() => scene.close())

async function quarantined(): Promise<readonly string[]> {
  return [...(await readQuarantine(scene.world.github()))].sort()
}

/** The same run, but these are not proven by it. */
function unproven(view: View, ...slugs: string[]): View {
  const orchestras = view.report.orchestras.map((one) =>
    slugs.includes(one.slug) ? { ...one, proven: null } : one,
  )
  return { ...view, report: { ...view.report, orchestras } }
}

async function rewrite(change: (body: string) => string): Promise<void> {
  for (const { number, body } of await scene.issues('open')) {
    await scene.world.as('the-bot', 'PATCH', `/issues/${number}`, { body: change(body) })
  }
}

/** The body as it was written before orchestras were remembered. */
function asBefore(body: string): string {
  const marker = readMarker(body)
  if (!marker) throw new TypeError('no marker')
  const { orchestras, ...memory } = marker.memory
  return withMarker(marker.kind, memory as typeof marker.memory, marker.text)
}

describe('the quarantine by the incident', () => {
  test('is whom the breach concerns, until a proof ends it', async () => {
    expect(await quarantined()).toEqual([])
    await scene.run(found([shared]))
    expect(await quarantined()).toEqual(['malmo', 'sco'])
    // Nobody could tell: no proof.
    await scene.run(found([unread], 60))
    expect(await quarantined()).toEqual(['malmo', 'sco'])
    await scene.run(found([], 120))
    expect(await quarantined()).toEqual([])
  })

  test('follows the findings, and lets nobody out whom the run did not prove', async () => {
    await scene.run(found([shared]))
    await scene.run(unproven(found([sharedToo], 60), 'malmo'))
    expect(await quarantined()).toEqual(['malmo', 'sco', 'scoso'])
    await scene.run(found([sharedToo], 120))
    expect(await quarantined()).toEqual(['sco', 'scoso'])
  })

  test('stays while a person has closed the issue or taken off its label', async () => {
    await scene.run(found([shared]))
    const [issue] = await scene.issues('open')
    await scene.world.as('anna', 'PATCH', `/issues/${issue?.number}`, { state: 'closed' })
    expect(await quarantined()).toEqual(['malmo', 'sco'])
  })

  test('is nobody for what only could not be told', async () => {
    await scene.run(found([unread]))
    await scene.run(found([unread], 180))
    expect(await scene.issues('open')).toHaveLength(1)
    expect(await quarantined()).toEqual([])
    await rewrite(asBefore)
    expect(await quarantined()).toEqual([])
  })

  test('is not made by an issue that a person writes', async () => {
    await scene.run(found([shared]))
    const [issue] = await scene.issues('open')
    await scene.run(found([], 60))
    const forged = { title: 'x', body: issue?.body, labels: ['isolation-incident'] }
    await scene.world.as('anna', 'POST', '/issues', forged)
    expect(await quarantined()).toEqual([])
  })
})

describe('an incident that does not tell whom it concerns is an error, until the next watch has written it', () => {
  test.each<[string, (body: string) => string]>([
    ['its memory cut away', (body) => body.slice(body.indexOf('\n') + 1)],
    ['written before it was remembered', asBefore],
    [
      'too many for it',
      (body) => {
        const marker = readMarker(body)
        if (!marker) throw new TypeError('no marker')
        const slugs = Array.from({ length: 1_000 }, (_, n) => `orchestra-${n}`)
        const memory = { ...marker.memory, ...rememberedOrchestras(slugs) }
        return withMarker(marker.kind, memory, marker.text)
      },
    ],
  ])('%s', async (_, change) => {
    await scene.run(found([shared]))
    await rewrite(change)
    const [issue] = await scene.issues('open')
    await expect(quarantined()).rejects.toMatchObject({
      code: 'incident-untold',
      values: { number: issue?.number },
    })
    await scene.run(found([shared], 60))
    expect(await quarantined()).toEqual(['malmo', 'sco'])
    const before = (await scene.issues('open'))[0]?.body
    await scene.run(found([shared], 60))
    expect((await scene.issues('open'))[0]?.body).toBe(before)
  })
})

test('all else that an older body remembers is still read', async () => {
  await scene.run(found([shared]))
  const [issue] = await scene.issues('open')
  const marker = readMarker(issue?.body ?? '')
  expect(marker?.memory.orchestras).toEqual(['malmo', 'sco'])
  expect(readMarker(asBefore(issue?.body ?? ''))).toEqual({
    ...marker,
    memory: { ...marker?.memory, orchestras: null },
  })
})

test('some hundreds of orchestras fit beside all else that is remembered', () => {
  const slugs = Array.from({ length: 400 }, (_, n) => `orchestra-${n}`)
  expect(rememberedOrchestras([...slugs, ...slugs]).orchestras).toHaveLength(400)
  expect(rememberedOrchestras(Array.from({ length: 600 }, (_, n) => `orchestra-${n}`)).orchestras).toBeNull()
})

test('a quarantine that cannot be read is no open door', async () => {
  scene.world.trouble = () => ({ status: 500 })
  await expect(quarantined()).rejects.toMatchObject({ code: 'github-refused' })
})
