import { describe, expect, test } from 'vitest'
import { catalogues } from '../../infra/report/language/index.ts'

/** Every sentence with its path; functions are called with texts that stand for any. */
function spoken(language: 'sv' | 'en'): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') found.set(path, value)
    else if (typeof value === 'function') walk(Reflect.apply(value, undefined, ['7', '8', '9']), path)
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`)
  }
  walk(catalogues[language].watch, '')
  return found
}

const [sv, en] = [spoken('sv'), spoken('en')]

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
