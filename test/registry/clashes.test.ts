import { expect, test } from 'vitest'
import { readRegistry } from '../../infra/registry/registry.ts'
import { type Files, folderOf, REF_A, REF_B } from './folder.ts'
import { said } from './sentences.ts'

async function problemsOf(files: Files) {
  const { problems, orchestras } = await readRegistry(await folderOf(files))
  const told = problems.map((problem) => ({
    at: `${problem.file}:${problem.line}:${problem.column}`,
    rule: problem.rule,
    ...said(problem).sv,
  }))
  return { told, slugs: orchestras.map(({ slug }) => slug as string) }
}

test('one ref in two files, in two spellings: both are told, each with the file and line of the other', async () => {
  const { told, slugs } = await problemsOf({
    'acme.yaml': `name: Acme\nref: ${REF_A}\n`,
    'beta.yaml': `# Ny\nname: Beta\nref: DB.${REF_A.toUpperCase()}.supabase.co\n`,
    'gamma.yaml': `name: Gamma\nref: ${REF_B}\n`,
  })
  expect(told).toMatchObject([
    { at: 'orchestras/acme.yaml:2:6', rule: 'shared-ref', message: expect.stringContaining('beta.yaml:3') },
    { at: 'orchestras/beta.yaml:3:6', rule: 'shared-ref', message: expect.stringContaining('acme.yaml:2') },
  ])
  expect(told[0]?.message).toContain('Databas används redan av annan orkester!')
  expect(slugs).toEqual(['acme', 'beta', 'gamma'])
})

test('one ref in three files: the two later ones are told of the first', async () => {
  const { told } = await problemsOf({
    'a1.yaml': `name: A\nref: ${REF_A}\n`,
    'b1.yaml': `name: B\nref: postgres.${REF_A}\n`,
    'c1.yaml': `name: C\nref: https://${REF_A}.supabase.co\n`,
  })
  expect(told.map(({ at, message }) => [at, /\w+\.yaml:\d/.exec(message)?.[0]])).toEqual([
    ['orchestras/a1.yaml:2:6', 'b1.yaml:2'],
    ['orchestras/b1.yaml:2:6', 'a1.yaml:2'],
    ['orchestras/c1.yaml:2:6', 'a1.yaml:2'],
  ])
})

test('a clash is seen also when the file has other faults, or a bad name', async () => {
  const { told } = await problemsOf({
    'Acme.yaml': `naem: Acme\nref: ${REF_A}\n`,
    'beta.yaml': `name: Beta\nref: ${REF_A}\n`,
  })
  expect(told.map(({ rule }) => rule)).toEqual([
    'bad-slug',
    'unknown-key',
    'value-missing',
    'shared-ref',
    'shared-ref',
  ])
})

test.each([
  ['Malmö Symfoniorkester', 'MALMÖ SYMFONIORKESTER'],
  ['Malmö', 'Malmo\u0308'],
  ['Straße', 'STRASSE'],
  ['Gävle  Symfoniorkester', 'Gävle\u00A0symfoniorkester'],
])('%s and %s are one name', async (one, other) => {
  const { told } = await problemsOf({ 'a1.yaml': `name: ${one}\n`, 'b1.yaml': `name: ${other}\n` })
  expect(told.map(({ at, rule }) => [at, rule])).toEqual([
    ['orchestras/a1.yaml:1:7', 'shared-name'],
    ['orchestras/b1.yaml:1:7', 'shared-name'],
  ])
})

test('a name is kept composed, however it was typed', async () => {
  const { orchestras } = await readRegistry(await folderOf({ 'malmo.yaml': 'name: " Malmo\u0308 "\n' }))
  expect(orchestras).toMatchObject([{ name: 'Malmö' }])
})

test('one administrator in two files, any case; a domain may be shared', async () => {
  const { told } = await problemsOf({
    'a1.yaml': 'name: A\nlogin:\n  admins: [x@musik.se, Admin@Musik.se]\n  domains: [musik.se]\n',
    'b1.yaml': 'name: B\nlogin:\n  admins:\n    - admin@MUSIK.SE\n  domains: [MUSIK.se]\n',
  })
  expect(told).toMatchObject([
    { at: 'orchestras/a1.yaml:3:24', rule: 'shared-admin', message: expect.stringContaining('b1.yaml:4') },
    { at: 'orchestras/b1.yaml:4:7', rule: 'shared-admin', message: expect.stringContaining('a1.yaml:3') },
  ])
})

test("retiring another orchestra's ref", async () => {
  const { told } = await problemsOf({
    'a1.yaml': `name: A\nretire: ${REF_B}\n`,
    'b1.yaml': `name: B\nref: ${REF_B}\n`,
  })
  expect(told).toMatchObject([
    { at: 'orchestras/a1.yaml:2:9', rule: 'retire-of-another', message: expect.stringContaining('”b1”') },
  ])
})

test('names that differ, and markup in them, are left alone', async () => {
  const { told, slugs } = await problemsOf({
    'a1.yaml': 'name: "<b>Gävle</b> & co"\n',
    'b1.yaml': 'name: Gavle\n',
    'c1.yaml': 'name: 東京フィル\n',
  })
  expect(told).toEqual([])
  expect(slugs).toHaveLength(3)
})
