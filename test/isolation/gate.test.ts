import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { gate } from '../../infra/isolation/gate.ts'
import { lookAt } from '../../infra/isolation/look.ts'
import { LOOKS_AT_ONCE } from '../../infra/registry/plan.ts'
import { DEFAULT_SETTINGS } from '../../infra/registry/settings.ts'
import { ref } from '../engine/world.ts'

test('everyone is asked, and never more at once than is planned with', async () => {
  const through = gate(60)
  let [asking, most] = [0, 0]
  const ask = async () => {
    most = Math.max(most, ++asking)
    await sleep(1)
    asking -= 1
    return 'asked'
  }
  const answers = await Promise.all(Array.from({ length: 3 * LOOKS_AT_ONCE }, () => through(ask)))
  expect(new Set(answers)).toEqual(new Set(['asked']))
  expect(most).toBe(LOOKS_AT_ONCE)
})

test('whoever still waits when the time is over is not asked, and that is told as not seen', async () => {
  const through = gate(0.05)
  const slow = Array.from({ length: LOOKS_AT_ONCE }, () => through(() => sleep(100, 'asked')))
  const ask = vi.fn(async () => 'asked')
  expect(await through(ask)).toEqual({ kind: 'unread', why: { code: 'timeout', detail: '0.05 s' } })
  expect(ask).not.toHaveBeenCalled()
  expect(new Set(await Promise.all(slow))).toEqual(new Set(['asked']))
})

test('a failure is its own, and lets the next one through', async () => {
  const through = gate(60)
  const fail = () => Promise.reject(new TypeError('broken'))
  const failures = Array.from({ length: LOOKS_AT_ONCE }, () =>
    expect(through(fail)).rejects.toThrow('broken'),
  )
  await Promise.all(failures)
  expect(await through(async () => 'asked')).toBe('asked')
})

test('a look that comes too late asks neither the database nor for what its project publishes', async () => {
  const asked = vi.fn(async () => [])
  const sight = await lookAt(
    {
      ...{ api: { readOnlyQuery: asked } as never, publicKeys: { published: asked } as never },
      ...{ settings: DEFAULT_SETTINGS, pinned: [], deep: false },
      gates: { inside: gate(-1), trust: gate(-1) },
    },
    ref('abcdefghijklmnopqrst'),
  )
  const late = { kind: 'unread', why: { code: 'timeout', detail: '-1 s' } }
  expect(sight).toEqual({ inside: late, trust: late })
  expect(asked).not.toHaveBeenCalled()
})
