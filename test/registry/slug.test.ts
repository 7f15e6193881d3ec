import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSlug, suggestSlug } from '../../infra/registry/slug.ts'

test.each([
  ['Malmö', 'malmo'],
  ['malmo\u0308', 'malmo'],
  ['Göteborgs Symfoniker', 'goteborgs-symfoniker'],
  ['västerås_sinfonietta', 'vasteras-sinfonietta'],
  ['Gävle.Symfoniorkester', 'gavle-symfoniorkester'],
  ['ÆØÅ', 'aeoa'],
  ['Straße', 'strasse'],
  ['Łódź', 'lodz'],
  ['Café  de--Paris', 'cafe-de-paris'],
  ['-norr-', 'norr'],
  ['1756 Orkestern', 'orkestern'],
  ['x'.repeat(60), 'x'.repeat(40)],
])('%s becomes %s', (text, slug) => {
  expect(suggestSlug(text)).toBe(slug)
})

test.each(['', 'x', '東京', '123', '---'])('nothing is suggested for %s', (text) => {
  expect(suggestSlug(text)).toBeUndefined()
})

test.each(['ab', 'malmo', 'kungliga-filharmonikerna', 'a1-b2', 'x'.repeat(40)])('%s is a slug', (text) => {
  expect(isSlug(text)).toBe(true)
})

test.each(['a', 'A1', '1a', 'a-', '-a', 'a--b', 'a_b', 'malmö', 'a.b', 'x'.repeat(41), 'ab\n'])(
  '%j is no slug',
  (text) => {
    expect(isSlug(text)).toBe(false)
  },
)

test('whatever is suggested is a slug, and is its own suggestion', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const slug = suggestSlug(text)
      expect(slug === undefined || (isSlug(slug) && suggestSlug(slug) === slug)).toBe(true)
    }),
  )
})
