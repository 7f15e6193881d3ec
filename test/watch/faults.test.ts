import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ControlError } from '../../infra/errors.ts'
import { readLock } from '../../infra/watch/incidents.ts'
import { found, Scene, shared, sharedToo, unread } from './scene.ts'
import type { Trouble } from './world.ts'

let scene: Scene
beforeEach(async () => {
  scene = await Scene.open()
})
afterEach(() => scene.close())

const troubles: readonly Trouble[] = [{ drop: 'before' }, { status: 500, after: true }]

/** A state of GitHub, the run in it that fails, and what must stand after the next one. */
interface Story {
  readonly before: () => Promise<unknown>
  readonly run: () => Promise<{ problems: readonly ControlError[] }>
  readonly right: () => Promise<unknown>
  /** How many letters there are in all; one more may come where only the note of it was lost. */
  readonly letters: number
}

const stories: Readonly<Record<string, Story>> = {
  'a breach is found': {
    before: () => scene.pull('adds', { 'orchestras/ny.yaml': 'name: Ny' }),
    run: () => scene.run(found([shared], 60)),
    right: async () => {
      expect(await scene.issues()).toMatchObject([{ number: 2, state: 'open', assignees: [{}, {}] }])
      expect(await scene.comments(2)).toEqual([])
      expect(await scene.checks()).toMatchObject([{ name: 'isolation', conclusion: 'failure' }])
      expect(await scene.checks('adds')).toMatchObject([{ name: 'isolation-lock', conclusion: 'failure' }])
    },
    letters: 1,
  },
  'a breach grows': {
    before: () => scene.run(found([shared])),
    run: () => scene.run(found([shared, sharedToo], 60)),
    right: async () => {
      expect(await scene.issues()).toMatchObject([{ state: 'open', title: expect.stringContaining('scoso') }])
      expect(await scene.comments(1)).toHaveLength(1)
    },
    letters: 1,
  },
  'a proof ends it': {
    before: async () => {
      await scene.pull('adds', { 'orchestras/ny.yaml': 'name: Ny' })
      await scene.run(found([shared]))
    },
    run: () => scene.run(found([], 60)),
    right: async () => {
      expect(await scene.issues()).toMatchObject([{ state: 'closed' }])
      expect(await scene.comments(2)).toHaveLength(1)
      expect(await scene.checks()).toMatchObject([{ name: 'isolation', conclusion: 'success' }])
      expect(await scene.checks('adds')).toMatchObject([{ name: 'isolation-lock', conclusion: 'success' }])
      expect((await readLock(scene.world.github())).locked).toBe(false)
    },
    letters: 2,
  },
  'a person closed it': {
    before: async () => {
      await scene.run(found([shared]))
      await scene.world.as('bo', 'PATCH', '/issues/1', { state: 'closed' })
    },
    run: () => scene.run(found([shared], 60)),
    right: async () => {
      expect(await scene.issues()).toMatchObject([{ state: 'open' }])
      expect(await scene.comments(1)).toEqual([expect.stringContaining('`bo`')])
    },
    letters: 1,
  },
  'nobody could tell for too long': {
    before: () => scene.run(found([])),
    run: () => scene.run(found([unread], 121)),
    right: async () => {
      expect(await scene.issues()).toMatchObject([{ state: 'open' }])
      expect(await scene.checks()).toMatchObject([
        { name: 'isolation', external_id: expect.stringContaining('proof=2026-01-29T11:46:40.000Z') },
      ])
    },
    letters: 1,
  },
}

describe.each(Object.entries(stories))('GitHub fails while %s', (_, { before, run, right, letters }) => {
  test.each(troubles)(
    'at each call in turn, by %j: the run says so, and the next ends right',
    async (trouble) => {
      let failing = 0
      for (; ; failing++) {
        await scene.close()
        scene = await Scene.open()
        await before()
        scene.world.calls.length = 0
        scene.world.trouble = (_call, index) => (index === failing ? trouble : null)
        const problems = await run().then(
          (settled) => settled.problems,
          (error: unknown) => [error],
        )
        if (scene.world.calls.length <= failing) break
        expect(problems.length).toBeGreaterThan(0)
        for (const problem of problems) expect(problem).toBeInstanceOf(ControlError)
        scene.world.trouble = () => null
        expect((await run()).problems).toEqual([])
        await right()
        const ids = scene.office.letters.map(({ raw }) => /^Message-ID:\s*(\S+)/im.exec(raw)?.[1])
        expect(new Set(ids).size).toBe(letters)
        expect(ids.length).toBeLessThanOrEqual(letters + 1)
      }
      expect(failing).toBeGreaterThan(9)
    },
  )
})
