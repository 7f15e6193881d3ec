import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { patienceSeconds, planSweep, WATCH_EVERY_MINUTES } from '../../infra/registry/plan.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { folderOf } from './folder.ts'

const plan = (orchestras: number, promiseMinutes = 120, shards = 1) =>
  planSweep({ orchestras, shards, promiseMinutes })

describe('calls', () => {
  // the client begins each page with the last of the one before; the last page is the first that is not full
  test.each([
    [0, 1],
    [1, 1],
    [99, 1],
    [100, 2],
    [198, 2],
    [199, 3],
    [250, 3],
    [10_000, 102],
  ])('a list of %d projects takes %d', (orchestras, pages) => {
    const [organization] = plan(orchestras).calls
    expect(organization).toMatchObject({ scope: 'organization', perSweep: pages, limitPerMinute: 120 })
  })

  test('a statement and a key set each, in scopes of their own, and as many an hour as the watch runs', () => {
    const [organization, project, keys] = plan(1_000).calls
    expect(organization).toMatchObject({ perSweep: 11, perHour: 11, busiestMinute: 11 })
    expect(project).toMatchObject({ perSweep: 1_000, perHour: 1_000, busiestMinute: 1, limitPerMinute: 120 })
    expect(keys).toMatchObject({ perSweep: 1_000, busiestMinute: 1, limitPerMinute: null })
  })

  test('the busiest minute of a long list is what the limit lets through, and the rest has to wait', () => {
    const [organization] = plan(40_000).calls
    expect(organization).toMatchObject({ perSweep: 405, busiestMinute: 120 })
    expect(plan(40_000).sweepSeconds).toBeGreaterThan(plan(10_000).sweepSeconds + 3 * 60)
  })
})

describe('the promise', () => {
  test.each([
    [3, 120, 1, true],
    [1_000, 120, 1, true],
    [10_000, 120, 8, true],
    [3, 60, 1, false],
    [3, 61, 1, false],
    [3, 63, 1, true],
    [3, 63, 2, false],
    [200_000, 1_440, 1, false],
    [200_000, 1_440, 8, true],
  ])('of %d orchestras, %d minutes, on %d machines: %s', (orchestras, minutes, shards, kept) => {
    expect(plan(orchestras, minutes, shards).keepsPromise).toBe(kept)
  })

  test.each([
    [3, 60, 1],
    [200_000, 1_440, 1],
    [50_000, 70, 1],
  ])('what is said to be needed is enough, and less is not: %d, %d min', (orchestras, minutes, shards) => {
    const refused = plan(orchestras, minutes, shards)
    expect(refused.keepsPromise).toBe(false)
    const { shardsNeeded, promiseNeededMinutes } = refused
    if (shardsNeeded !== null) {
      expect(plan(orchestras, minutes, shardsNeeded).keepsPromise).toBe(true)
      expect(plan(orchestras, minutes, shardsNeeded - 1).keepsPromise).toBe(false)
    }
    const needed = shardsNeeded ?? shards
    if (minutes < 100)
      expect(
        plan(orchestras, promiseNeededMinutes, shardsNeeded === null ? shards : needed).keepsPromise,
      ).toBe(true)
  })

  test('is planned for the schedule that watch.yml has', async () => {
    const watch = parse(await readFile('.github/workflows/watch.yml', 'utf8'))
    expect(watch.on.schedule).toEqual([{ cron: expect.stringMatching(/^\d+ \* \* \* \*$/) }])
    expect(WATCH_EVERY_MINUTES).toBe(60)
  })
})

describe('how long a sweep goes on', () => {
  test('is what the promise leaves, no less than a usual sweep needs, and no more than a job has', () => {
    expect(patienceSeconds({ orchestras: 100, promiseMinutes: 75 })).toBe(15 * 60 - 120)
    expect(patienceSeconds({ orchestras: 100, promiseMinutes: 61 })).toBe(65)
    expect(patienceSeconds({ orchestras: 100, promiseMinutes: 1_440 })).toBe(30 * 60)
    expect(patienceSeconds({ orchestras: 10_000, promiseMinutes: 61 })).toBe(560)
  })
})

describe('the check', () => {
  const problems = async (settings: string) =>
    (await readRegistry(await folderOf({ 'malmo.yaml': 'name: Malmö\n' }, settings))).problems

  test('refuses a promise that cannot be kept, on its line, with what would do', async () => {
    expect(await problems('language: sv\npromise: 45m\n')).toEqual([
      {
        ...{ file: '.github/orchestras.yml', line: 2, column: 10, rule: 'promise-unkeepable' },
        values: expect.objectContaining({ orchestras: 1, promiseMinutes: 45, promiseNeededMinutes: 63 }),
      },
    ])
    expect(await problems('promise: 65m\nshards: 3\n')).toMatchObject([
      { line: 1, rule: 'promise-unkeepable', values: { shards: 3, shardsNeeded: 1 } },
    ])
    expect(await problems('shards: 3\npromise: 90m\n')).toEqual([])
  })

  test('refuses a number of machines that no matrix has', async () => {
    for (const shards of [0, 257, 1.5])
      expect(await problems(`shards: ${shards}\n`)).toMatchObject([{ line: 1, rule: 'number-out-of-range' }])
  })
})
