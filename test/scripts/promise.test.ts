import { expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '../../infra/registry/settings.ts'
import { brokenPromise } from '../../scripts/common/shards.ts'
import { orchestra } from '../engine/world.ts'

const fleet = (count: number, promiseMinutes = 120) => ({
  orchestras: new Array(count).fill(orchestra('malmo')),
  settings: { ...DEFAULT_SETTINGS, promiseMinutes, shards: 2 },
})

// a watch that runs on one machine keeps no promise that was made for two, whatever the settings say
test.each([
  [3, 1, 120, true],
  [3, 1, 45, false],
  [120_000, 2, 120, true],
  [120_000, 1, 120, false],
])('of %d orchestras, %d machines, %d minutes: kept is %s', (count, machines, minutes, kept) => {
  const broken = brokenPromise(fleet(count, minutes), machines)
  expect(broken?.values ?? null).toEqual(
    kept ? null : expect.objectContaining({ orchestras: count, shards: machines, promiseMinutes: minutes }),
  )
})
