import { expect, test } from 'vitest'
import { Recent } from '../../infra/routing/recent.ts'

test('holds so many, and forgets what was used longest ago', () => {
  const recent = new Recent<number>(3)
  for (const [index, key] of ['a', 'b', 'c'].entries()) recent.set(key, index)
  expect(recent.get('a')).toBe(0)
  recent.set('d', 3)
  expect(['a', 'b', 'c', 'd'].map((key) => recent.get(key))).toEqual([0, undefined, 2, 3])
  recent.set('a', 9)
  recent.set('e', 4)
  expect(['a', 'c', 'd', 'e'].map((key) => recent.get(key))).toEqual([9, undefined, 3, 4])
  recent.delete('a')
  expect(recent.get('a')).toBeUndefined()
  for (let n = 0; n < 1_000; n++) recent.set(`${n}`, n)
  expect(recent.size).toBe(3)
})
