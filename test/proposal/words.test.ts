import { describe, expect, test } from 'vitest'
import { ControlError } from '../../infra/errors.ts'
import { FIELDS } from '../../infra/proposal/form.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { type Outcome, proposalLines, proposalMarkdown } from '../../infra/report/proposal.ts'
import { spoken } from '../report/spoken.ts'

const [sv, en] = [spoken('proposal', 'sv'), spoken('proposal', 'en')]
const proposed = {
  slug: 'alto',
  name: 'Alto',
  region: 'eu-north-1',
  size: 'micro',
  file: 'orchestras/alto.yaml',
  text: 'name: Alto\n',
}
const error = new ControlError('github-unreachable', { call: 'GET /x', cause: 'ECONNRESET' })
const OUTCOMES: readonly Outcome[] = [
  { kind: 'ready', proposed, link: 'https://github.com/o/r/compare/x', open: null },
  { kind: 'ready', proposed, link: 'https://github.com/o/r/pull/7', open: 7 },
  { kind: 'refused', faults: [{ kind: 'no-slug', label: FIELDS.slug }] },
  { kind: 'no-form' },
  { kind: 'not-allowed' },
  { kind: 'occupied', branch: 'new-orchestra/alto', why: 'foreign' },
  { kind: 'occupied', branch: 'new-orchestra/alto', why: 'touched' },
  { kind: 'closed' },
  { kind: 'failed', error },
]
const swept = { removed: ['new-orchestra/basso'], kept: ['new-orchestra/canto'] }

describe('what is said to who asks', () => {
  test('is whole in both languages, and differs in every sentence', () => {
    expect([...sv.keys()]).toEqual([...en.keys()])
    expect(sv.size).toBeGreaterThan(40)
    for (const [path, text] of sv) expect(en.get(path), path).not.toBe(text)
    for (const text of [...sv.values(), ...en.values()]) {
      expect(text.trim()).not.toBe('')
      expect(text).not.toMatch(/undefined|null|=>|\[object/)
    }
  })

  test('never calls a Supabase project a projekt, nor speaks of tenants', () => {
    for (const text of [...sv.values(), ...Object.values(FIELDS)])
      expect(text).not.toMatch(/(?<!Supabase-)projekt|tenant|breach|ledger/i)
  })

  test.each(OUTCOMES.map((outcome, index) => [outcome.kind, index, outcome] as const))(
    '%s (%i): comment and terminal say the same, with what to do',
    (_, __, outcome) => {
      const comments = (['sv', 'en'] as const).map((language) => {
        const say = catalogues[language]
        const plain = proposalMarkdown(outcome, swept, say).replace(/\\|\u200b|<br>|\*\*/g, '')
        const [first = '', ...rest] = proposalLines(outcome, swept, say)
        expect(plain).toContain(first)
        for (const line of rest.filter((one) => !one.includes('http'))) expect(plain).toContain(line.trim())
        return plain
      })
      expect(comments[0]).not.toBe(comments[1])
    },
  )
})
