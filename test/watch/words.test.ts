import { describe, expect, test } from 'vitest'
import { spoken } from '../report/spoken.ts'

const [sv, en] = [spoken('watch', 'sv'), spoken('watch', 'en')]

describe('what the watch says', () => {
  test('is whole in both languages', () => {
    expect([...sv.keys()]).toEqual([...en.keys()])
    expect(sv.size).toBeGreaterThan(50)
    for (const [path, text] of [...sv, ...en]) {
      if (!path.startsWith('.draft')) expect(text.trim()).not.toBe('')
      expect(text).not.toMatch(/undefined|null|=>/)
    }
  })

  test('differs in every sentence', () => {
    const same = [...sv].filter(([path, text]) => text !== '' && en.get(path) === text)
    expect(same.map(([path]) => path)).toEqual([])
  })

  test('never calls a Supabase project a projekt, nor an orchestra a tenant', () => {
    for (const text of sv.values()) expect(text).not.toMatch(/(?<!Supabase-)projekt|tenant|breach|ledger/i)
  })
})
