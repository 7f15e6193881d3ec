import { describe, expect, test } from 'vitest'
import { catalogues } from '../../infra/report/language/index.ts'
import { spoken } from '../report/spoken.ts'

const [sv, en] = [spoken('repository', 'sv'), spoken('repository', 'en')]

describe('what is said of the repository', () => {
  test('is whole in both languages', () => {
    expect([...sv.keys()]).toEqual([...en.keys()])
    expect(sv.size).toBeGreaterThan(100)
    for (const text of [...sv.values(), ...en.values()]) {
      expect(text.trim()).not.toBe('')
      expect(text).not.toMatch(/undefined|null|=>|\[object/)
    }
  })

  test('differs in every sentence; a version and a pair are the same', () => {
    const same = [...sv].filter(([path, text]) => en.get(path) === text).map(([path]) => path)
    expect(same.filter((path) => path !== '.quiet.message')).toEqual(['.node', '.live.seen'])
  })

  test('never calls a Supabase project a projekt, nor an orchestra a tenant', () => {
    for (const text of sv.values()) expect(text).not.toMatch(/(?<!Supabase-)projekt|tenant|breach|ledger/i)
  })

  test('names what a protection lacks', () => {
    for (const language of ['sv', 'en'] as const) {
      const { unprotected } = catalogues[language].repository
      const lacks = ['requiredChecks', 'upToDate', 'codeOwners', 'approval', 'staleReviews'] as const
      const more = ['administrators', 'forcePushes', 'deletions'] as const
      const said = [...lacks, ...more].map((lack) => unprotected('main', [lack]).message)
      expect(new Set(said).size).toBe(8)
      expect(said.join()).not.toContain('undefined')
    }
  })
})
