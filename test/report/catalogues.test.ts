import { describe, expect, test } from 'vitest'
import { ControlError } from '../../infra/errors.ts'
import type { Said } from '../../infra/report/language/catalogue.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { sayError } from '../../infra/report/language/say.ts'
import { problemSamples } from './problem-samples.ts'
import { errorSamples, findingSamples, wordArguments } from './samples.ts'

const { sv, en } = catalogues
type Language = keyof typeof catalogues

/** Said in both languages: where, and what. */
interface Sentence {
  readonly at: string
  readonly sv: string
  readonly en: string
}

/** Every message and way out of one part of the catalogues, with every sample. */
function told(part: 'problems' | 'findings' | 'errors', samples: object): Sentence[] {
  return Object.entries(samples).flatMap(([code, values]: [string, readonly unknown[]]) =>
    values.flatMap((value, index) => {
      const say = (language: Language): Said => Reflect.get(catalogues[language][part], code)(value)
      return (['message', 'wayOut'] as const).map((key) => ({
        at: `${code}.${index}.${key}`,
        sv: say('sv')[key],
        en: say('en')[key],
      }))
    }),
  )
}

/** Every word, those that are functions called with each sample. */
function spoken(language: Language): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') found.set(path, value)
    else if (typeof value === 'function') {
      const samples = wordArguments[path] ?? [['a', 'b', 'c']]
      samples.forEach(
        (given, index) => void found.set(`${path}.${index}`, Reflect.apply(value, undefined, given)),
      )
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) walk(inner, path ? `${path}.${key}` : key)
    }
  }
  walk(catalogues[language].words, '')
  return found
}

const words: Sentence[] = [...spoken('sv')].map(([at, text]) => ({
  at,
  sv: text,
  en: spoken('en').get(at) ?? '',
}))
const sentences = [
  ...told('problems', problemSamples),
  ...told('findings', findingSamples),
  ...told('errors', errorSamples),
]
const all = [...sentences, ...words]

describe('both catalogues', () => {
  test('have every rule, finding and error, and nothing else', () => {
    for (const { problems, findings, errors } of [sv, en]) {
      expect(Object.keys(problems).sort()).toEqual(Object.keys(problemSamples).sort())
      expect(Object.keys(findings).sort()).toEqual(Object.keys(findingSamples).sort())
      expect(Object.keys(errors).sort()).toEqual(Object.keys(errorSamples).sort())
    }
  })

  test('have the same words', () => {
    expect([...spoken('sv').keys()]).toEqual([...spoken('en').keys()])
    expect(words.length).toBeGreaterThan(80)
  })

  test.each(all)('say something that a person can read: $at', (sentence) => {
    for (const text of [sentence.sv, sentence.en]) {
      expect(text.trim()).not.toBe('')
      expect(text).not.toMatch(/undefined|\[object|NaN|\bnull\b|=>|function/)
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}]|\(\)|: ?\.$/u)
    }
  })

  test.each(sentences)('end what they say: $at', ({ at, sv: swedish, en: english }) => {
    for (const text of [swedish, english]) {
      expect(text).toBe(text.trim())
      if (!at.startsWith('api-refused') || at.endsWith('wayOut')) expect(text).toMatch(/[.!]$/)
    }
  })

  test('differ in every sentence; a few words are the same', () => {
    const same = all.filter((one) => one.sv === one.en).map(({ at }) => at)
    expect(same.sort()).toEqual([
      'columns.ref',
      'columns.region',
      'columns.status',
      'progress.waiting.0',
      'same.ref.0',
    ])
  })
})

describe('Swedish', () => {
  test('says Supabase-projekt, for a projekt is the orchestra’s own', () => {
    const alone = all.filter(({ sv: text }) => /(?<!Supabase-)projekt/i.test(text)).map(({ at }) => at)
    expect(alone).toEqual([])
    expect(all.some(({ sv: text }) => text.includes('Supabase-projekt'))).toBe(true)
  })

  test('has the words that were agreed, to the letter', () => {
    expect(sv.words.verdicts.isolated).toBe('✅ Alla orkestrar har egna databaser = OK')
    expect(sv.words.verdicts.breach).toBe('❌ Databaser delas = KRITISKT FEL! Skickar varning!')
    const taken = 'Databas används redan av annan orkester!'
    for (const at of ['shared-ref.0', 'foreign-nameplate.0', 'database-taken.0', 'ref-claimed-before.0'])
      expect(
        sentences
          .filter((one) => one.at === `${at}.message`)
          .map((one) => one.sv)
          .join(),
      ).toContain(taken)
  })

  test('never speaks of tenants, and calls a breach what it is', () => {
    expect(
      all
        .filter(({ sv: text }) => /tenant|breach|(?<!control\.)nameplate|(?<!--)\bledger\b/i.test(text))
        .map(({ at }) => at),
    ).toEqual([])
    expect(sv.words.severities.breach).toBe('ISOLERINGSBROTT')
  })
})

describe('English', () => {
  test('calls the orchestra’s own what the column calls them', () => {
    expect(en.words.columns.projects).toBe('Productions')
    expect(en.findings.uncounted({}).message).toContain('Musicians and productions')
  })

  test('counts one in the singular', () => {
    expect(en.errors['registry-refused']({ problems: 1, folder: 'x' }).message).toBe(
      '1 problem in x: nothing is applied.',
    )
    expect(en.errors['registry-refused']({ problems: 2, folder: 'x' }).message).toBe(
      '2 problems in x: nothing is applied.',
    )
  })
})

describe('an error', () => {
  test('is told by its code and values', () => {
    const error = new ControlError('api-refused', {
      call: 'GET /x',
      status: 404,
      answer: 'Project not found',
    })
    expect(sayError(sv, error).message).toBe('Supabase avvisade GET /x (404): Project not found')
    expect(sayError(en, error).wayOut).toBe(en.errors['api-refused'](error.values).wayOut)
  })

  test('without an answer ends its sentence', () => {
    const values = { call: 'GET /x', status: 500, answer: '' }
    expect(sv.errors['api-refused'](values).message).toBe('Supabase avvisade GET /x (500).')
    expect(en.errors['api-refused'](values).message).toBe('Supabase refused GET /x (500).')
  })

  test('has advice of its own for what can be mended', () => {
    const advice = [401, 403, 404, 500].map(
      (status) => sv.errors['api-refused']({ call: 'x', status, answer: '' }).wayOut,
    )
    expect(new Set(advice).size).toBe(4)
  })
})
