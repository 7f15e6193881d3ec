import { generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { Rule } from '../../infra/registry/problem.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { DEFAULT_SETTINGS } from '../../infra/registry/settings.ts'
import { parseSettings, readSettings } from '../../infra/registry/settings-file.ts'
import { folderOf, REF_A } from './folder.ts'
import { said } from './sentences.ts'

const x = 'x'.repeat(43)

const CASES: readonly (readonly [text: string, line: number, column: number, rule: Rule])[] = [
  ['language: de', 1, 11, 'bad-choice'],
  ['lang: sv', 1, 1, 'unknown-key'],
  ['language: sv\nlanguage: en', 2, 1, 'duplicate-key'],
  ['- sv', 1, 1, 'not-a-mapping'],
  ['organization: my orchestras', 1, 15, 'bad-identifier'],
  ['superadmins: ["@eva"]', 1, 15, 'bad-identifier'],
  ['superadmins: eva', 1, 14, 'wrong-type'],
  ['mail: {to: [eva@gmail.com]}', 1, 13, 'private-mail'],
  ['mail: {from: larm}', 1, 14, 'bad-mail'],
  ['defaults: {size: big}', 1, 18, 'bad-choice'],
  ['defaults: {region: us-east-1}', 1, 20, 'region-not-allowed'],
  ['allowedRegions: [sweden]', 1, 18, 'bad-identifier'],
  ['allowedRegions: []', 1, 17, 'value-empty'],
  ['counts: {musicians: musicians}', 1, 21, 'bad-table'],
  ['counts: {musicians: "public.musicians; drop table x"}', 1, 21, 'bad-table'],
  ['counts: {projects: public.Projects}', 1, 20, 'bad-table'],
  ['counts: {projects: a.b.c}', 1, 20, 'bad-table'],
  ['promise: 2', 1, 10, 'wrong-type'],
  ['promise: two hours', 1, 10, 'bad-duration'],
  ['promise: 0h', 1, 10, 'bad-duration'],
  ['wait: 1.5h', 1, 7, 'bad-duration'],
  ['retireLimit: -1', 1, 14, 'number-out-of-range'],
  ['retireLimit: 1.5', 1, 14, 'number-out-of-range'],
  ['retireLimit: .nan', 1, 14, 'wrong-type'],
  ['allow: {strangers: [x]}', 1, 21, 'bad-ref'],
  ['allow: {links: ["https://a.se/"]}', 1, 17, 'bad-identifier'],
  ['allow: {issuers: ["http://a.se"]}', 1, 19, 'bad-identifier'],
  ['quarantine: "yes"', 1, 13, 'wrong-type'],
  [`signingKeys:\n  - {kty: OKP, crv: Ed25519, x: ${x}, d: ${x}}`, 2, 81, 'secret-in-file'],
  [`signingKeys: [{kty: RSA, crv: Ed25519, x: ${x}}]`, 1, 21, 'bad-signing-key'],
  ['signingKeys: [{kty: OKP, crv: Ed25519, x: short}]', 1, 43, 'bad-signing-key'],
  [`signingKeys: [{kty: OKP, crv: Ed25519, x: ${x}, p: q}]`, 1, 91, 'bad-signing-key'],
  ['signingKeys: [{kty: OKP, crv: Ed25519}]', 1, 15, 'bad-signing-key'],
]

test.each(CASES)('%s', (text, line, column, rule) => {
  const { problems } = parseSettings(text)
  expect(problems).toMatchObject([{ file: '.github/orchestras.yml', line, column, rule }])
  problems.forEach(said)
})

test('all of it may be left out', () => {
  expect(parseSettings('')).toEqual({ settings: DEFAULT_SETTINGS, problems: [] })
  expect(parseSettings('# nothing\n')).toEqual({ settings: DEFAULT_SETTINGS, problems: [] })
})

test('what the product ships is sound and says what is the default', async () => {
  const text = await readFile(new URL('../../.github/orchestras.yml', import.meta.url), 'utf8')
  expect(parseSettings(text)).toEqual({ settings: DEFAULT_SETTINGS, problems: [] })
})

test('values as the program uses them', () => {
  const { publicKey } = generateKeyPairSync('ed25519')
  const { kty, crv, x } = publicKey.export({ format: 'jwk' })
  const { settings, problems } = parseSettings(`
language: en
mail: {to: [Larm@Orkestrar.example]}
promise: 90m
wait: 1d
counts: {musicians: app.people}
page: {publish: true}
allow: {strangers: [db.${REF_A}.supabase.co], links: [db.example.com], issuers: ["https://id.example"]}
signingKeys: [{kty: ${kty}, crv: ${crv}, x: ${x}, kid: a, use: sig, alg: EdDSA}]
`)
  expect(problems).toEqual([])
  expect(settings).toMatchObject({
    language: 'en',
    mail: { to: ['larm@orkestrar.example'], from: null },
    promiseMinutes: 90,
    waitMinutes: 1_440,
    publishPage: true,
    counts: { musicians: { schema: 'app', table: 'people' }, projects: DEFAULT_SETTINGS.counts.projects },
    allow: { strangers: [REF_A], links: ['db.example.com'], issuers: ['https://id.example'] },
    signingKeys: [{ kty: 'OKP', crv: 'Ed25519', x, kid: 'a' }],
  })
})

test('only the European Union by default; more when it is written', async () => {
  for (const region of ['eu-west-2', 'eu-central-2', 'us-east-1']) {
    const files = { 'acme.yaml': `name: A\nregion: ${region}\n` }
    expect((await readRegistry(await folderOf(files))).problems).toMatchObject([
      { rule: 'region-not-allowed' },
    ])
    const settings = `allowedRegions: [eu-north-1, ${region}]`
    expect((await readRegistry(await folderOf(files, settings))).problems).toEqual([])
  }
})

test('an orchestra takes what it does not say from the settings', async () => {
  const settings = 'defaults: {region: eu-west-3, size: large}'
  const { orchestras } = await readRegistry(await folderOf({ 'acme.yaml': 'name: A\n' }, settings))
  expect(orchestras).toMatchObject([{ region: 'eu-west-3', size: 'large' }])
  const elsewhere = parseSettings('allowedRegions: [eu-west-1]')
  expect(elsewhere).toMatchObject({ settings: { defaults: { region: 'eu-west-1' } }, problems: [] })
})

test('broken settings are told, keep what is sound in them, and blame no orchestra', async () => {
  const settings = 'organization: acme\nallowedRegions: eu-west-2\nretireLimit: many\n'
  const folder = await folderOf({ 'acme.yaml': 'name: A\nregion: eu-west-2\n' }, settings)
  const registry = await readRegistry(folder)
  expect(registry.problems.map(({ file, line, rule }) => [file, line, rule])).toEqual([
    ['.github/orchestras.yml', 2, 'wrong-type'],
    ['.github/orchestras.yml', 3, 'wrong-type'],
  ])
  expect(registry.settings).toMatchObject({ organization: 'acme', retireLimit: DEFAULT_SETTINGS.retireLimit })
  expect(registry.orchestras).toHaveLength(1)
})

test('settings are looked for beside the folder, then in the product', async () => {
  const folder = await folderOf({}, 'organization: beside\n')
  expect((await readSettings(folder)).settings.organization).toBe('beside')
  expect((await readSettings('/nowhere/orchestras')).settings.organization).toBe('orkestrar')
})
