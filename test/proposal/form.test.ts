import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { FIELDS, LABEL, readForm, USUAL } from '../../infra/proposal/form.ts'
import { SIZES } from '../../infra/registry/fields.ts'
import { parseSettings } from '../../infra/registry/settings-file.ts'
import { LABELS } from '../../infra/repository/wanted.ts'
import { filled } from './filled.ts'

const EMPTY = { name: null, slug: null, admins: [], region: null, size: null, ref: null }

describe('the form’s answers', () => {
  test('are read', () => {
    const body = filled({
      name: 'Malmö Symfoniorkester',
      slug: 'malmo',
      admins: 'admin@a.example, styrelse@a.example;admin@a.example',
      region: 'eu-west-3',
      size: 'small',
      ref: 'abcdefghijklmnopqrst',
    })
    expect(readForm(body)).toEqual({
      wish: {
        name: 'Malmö Symfoniorkester',
        slug: 'malmo',
        admins: ['admin@a.example', 'styrelse@a.example'],
        region: 'eu-west-3',
        size: 'small',
        ref: 'abcdefghijklmnopqrst',
      },
      faults: new Map(),
    })
  })

  test('that were left empty are none, in every way GitHub says so', () => {
    expect(readForm(filled({}))?.wish).toEqual(EMPTY)
    expect(readForm(filled({ region: 'None', size: '_No response_', name: ' ' }))?.wish).toEqual(EMPTY)
    // Somebody may be called that; only a menu has a choice of its own by that word.
    expect(readForm(filled({ name: 'None' }))?.wish.name).toBe('None')
  })

  test('are the same with the line ends of Windows, without blank lines, and after a greeting', () => {
    const body = filled({ name: 'Alto', slug: 'alto' })
    const wish = { ...EMPTY, name: 'Alto', slug: 'alto' }
    for (const other of [
      body.replaceAll('\n', '\r\n'),
      body.replaceAll('\n\n', '\n'),
      `Hej!\n\n${body}`,
      `${body}  \n\n`,
    ])
      expect(readForm(other)).toEqual({ wish, faults: new Map() })
  })

  test.each([
    ['null', null],
    ['nothing', ''],
    ['words', 'Vi vill ha en databas.'],
    ['other headings', '### Name\n\nAlto'],
    ['the headings on another level', filled({ name: 'Alto' }).replaceAll('### ', '## ')],
    ['a heading within a line', filled({ name: 'Alto' }).replaceAll('### ', '> ### ')],
  ])('%s is no form', (_, body) => {
    expect(readForm(body)).toBeNull()
  })

  test('below a heading that stands twice are not chosen between', () => {
    const inside = `Alto\n\n### ${FIELDS.ref}\n\naaaaaaaaaaaaaaaaaaaa`
    const { wish, faults } = readForm(filled({ name: inside, ref: 'b'.repeat(20) })) ?? {}
    expect(faults).toEqual(new Map([['ref', 'doubled']]))
    expect(wish?.ref).toBeNull()
  })

  test('of more than one line are not read: another heading, a list, a block of code', () => {
    for (const name of ['Alto\nBasso', 'Alto\n\n### Other\n\nx', '```\nAlto\n```', '- a\r\n- b'])
      expect(readForm(filled({ name, slug: 'alto' }))).toEqual({
        wish: { ...EMPTY, slug: 'alto' },
        faults: new Map([['name', 'several-lines']]),
      })
  })

  test('that are far too long are not read', () => {
    expect(readForm(filled({ name: 'x'.repeat(60_000) }))?.faults).toEqual(new Map([['name', 'too-long']]))
    expect(readForm(filled({ name: 'x'.repeat(900) }))?.faults.size).toBe(0)
  })

  test('all that is wrong is found at once', () => {
    const faults = readForm(filled({ name: 'a\nb', slug: 'x'.repeat(2_000), ref: 'a\n\nb' }))?.faults
    expect([...(faults?.keys() ?? [])].sort()).toEqual(['name', 'ref', 'slug'])
  })

  test('are whatever stands there, or nothing: reading never fails, and makes nothing up', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(...Object.values(FIELDS).map((label) => `### ${label}`)),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const read = readForm(lines.join('\n'))
        for (const value of Object.values(read?.wish ?? {}).flat())
          if (value !== null) expect(lines.join('\n')).toContain(value)
      }),
    )
  })
})

const element = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('markdown'), attributes: z.strictObject({ value: z.string().min(1) }) }),
  z.strictObject({
    type: z.literal('input'),
    id: z.string().regex(/^[\w-]+$/),
    attributes: z.strictObject({
      label: z.string().min(1),
      description: z.string(),
      placeholder: z.string(),
    }),
    validations: z.strictObject({ required: z.boolean() }).optional(),
  }),
  z.strictObject({
    type: z.literal('dropdown'),
    id: z.string().regex(/^[\w-]+$/),
    attributes: z.strictObject({
      label: z.string().min(1),
      description: z.string(),
      options: z.array(z.string()).min(2),
      default: z.literal(0),
    }),
  }),
])
/** Source: https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms */
const formShape = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1),
  title: z.string(),
  labels: z.array(z.string()),
  body: z.array(element).min(1),
})

describe('the form itself', () => {
  const form = formShape.parse(parse(readFileSync('.github/ISSUE_TEMPLATE/new-orchestra.yml', 'utf8')))
  const fields = form.body.flatMap((one) => (one.type === 'markdown' ? [] : [one]))
  const optionsOf = (id: string) =>
    fields.flatMap((one) => (one.id === id && one.type === 'dropdown' ? one.attributes.options : []))

  test('has the headings that are read, in both languages, Swedish first', () => {
    expect(Object.fromEntries(fields.map(({ id, attributes }) => [id, attributes.label]))).toEqual(FIELDS)
    for (const { attributes } of fields)
      if (attributes.label !== 'Region') expect(attributes.label).toMatch(/^.+ \/ .+$/)
  })

  test('sets the label that is made, and asked for by the workflow', () => {
    expect(form.labels).toEqual([LABEL])
    expect(LABELS.map(({ name }) => name)).toContain(LABEL)
    expect(readFileSync('.github/workflows/new-orchestra.yml', 'utf8')).toContain(
      `contains(github.event.issue.labels.*.name, '${LABEL}')`,
    )
  })

  test('offers the regions of the settings and every size; GitHub keeps the word None for itself', () => {
    const { settings } = parseSettings(readFileSync('.github/orchestras.yml', 'utf8'))
    expect(optionsOf('region')).toEqual([USUAL, ...settings.allowedRegions])
    expect(optionsOf('size')).toEqual([USUAL, ...SIZES])
    for (const option of [...optionsOf('region'), ...optionsOf('size')]) expect(option).not.toMatch(/^none$/i)
  })

  test('leaves blank issues be', () => {
    expect(parse(readFileSync('.github/ISSUE_TEMPLATE/config.yml', 'utf8'))).toEqual({
      blank_issues_enabled: true,
    })
  })
})
