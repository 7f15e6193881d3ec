import { expect, test } from 'vitest'
import type { Rule } from '../../infra/registry/problem.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { type Files, folderOf, REF_A, REF_B } from './folder.ts'
import { said } from './sentences.ts'

type Expected = readonly [line: number, column: number, rule: Rule]

interface Case {
  readonly title: string
  readonly files: Files
  readonly expected: readonly Expected[]
  readonly mended: Files
}

const GOOD = 'name: Acme\n'

/** A file with something wrong in it, what is wrong, and the file with only that mended. */
function text(title: string, bad: string | Uint8Array, mended: string, ...expected: Expected[]): Case {
  return { title, files: { 'acme.yaml': bad }, expected, mended: { 'acme.yaml': mended } }
}

function name(title: string, bad: string, mended: string, ...expected: Expected[]): Case {
  return { title, files: { [bad]: GOOD, 'zeta.yaml': 'name: Z' }, expected, mended: { [mended]: GOOD } }
}

const nested = `name: ${'['.repeat(2_000)}\n`
const long = 'å'.repeat(101)
const latin1 = Uint8Array.from([...Buffer.from('# rad\nname: G'), 0xe4, ...Buffer.from('vle\n')])
const utf16 = Buffer.from(`\uFEFF${GOOD}`, 'utf16le')

const CASES: readonly Case[] = [
  // The file itself
  name('ending .yml', 'acme.yml', 'acme.yaml', [1, 1, 'file-ending']),
  name('ending .YAML', 'acme.YAML', 'acme.yaml', [1, 1, 'file-ending']),
  name('ending .json', 'acme.json', 'acme.yaml', [1, 1, 'file-ending']),
  name('no ending', 'acme', 'acme.yaml', [1, 1, 'file-ending']),
  name('a hidden file that looks like one', '.yml', 'acme.yaml', [1, 1, 'file-ending']),
  name('a hidden declaration', '.acme.yaml', 'acme.yaml', [1, 1, 'bad-slug']),
  name('a folder inside', 'more/acme.yaml', 'acme.yaml', [1, 1, 'file-in-folder']),
  name('upper case in the slug', 'Acme.yaml', 'acme.yaml', [1, 1, 'bad-slug']),
  name('å in the slug, decomposed', 'malmo\u0308.yaml', 'malmo.yaml', [1, 1, 'bad-slug']),
  name('a space in the slug', 'my acme.yaml', 'my-acme.yaml', [1, 1, 'bad-slug']),
  name('a digit first in the slug', '1acme.yaml', 'acme.yaml', [1, 1, 'bad-slug']),
  name('hyphens in a row', 'ac--me.yaml', 'ac-me.yaml', [1, 1, 'bad-slug']),
  name('one letter', 'a.yaml', 'ab.yaml', [1, 1, 'bad-slug']),
  name('a line break in the file name', 'ac\nme.yaml', 'ac-me.yaml', [1, 1, 'bad-slug']),
  name('nothing but an ending', '...yaml', 'acme.yaml', [1, 1, 'bad-slug']),
  text('empty', '', GOOD, [1, 1, 'file-empty']),
  text('only a comment', '# nothing yet\n', GOOD, [1, 1, 'file-empty']),
  text('only a byte order mark', '\uFEFF', `\uFEFF${GOOD}`, [1, 1, 'file-empty']),
  text('only a document start', '---\n', `---\n${GOOD}`, [1, 1, 'file-empty']),
  text('latin-1', latin1, 'name: Gävle\n', [2, 8, 'file-encoding']),
  text('UTF-16', utf16, `\uFEFF${GOOD}`, [1, 1, 'file-encoding']),
  text('huge', `${GOOD}#${'x'.repeat(65_536)}`, `${GOOD}#${'x'.repeat(65_000)}`, [1, 1, 'file-too-large']),
  // The YAML
  text('tab as indent', 'name: A\nlogin:\n\tadmins: []\n', 'name: A\nlogin:\n  admins: []\n', [
    3,
    1,
    'yaml-syntax',
  ]),
  text('a quote that never ends', 'name: "Acme\n', 'name: "Acme"\n', [2, 1, 'yaml-syntax']),
  text('two colons', 'name: Acme: the band\n', 'name: "Acme: the band"\n', [1, 7, 'yaml-syntax']),
  text('an @ first', 'name: @acme\n', 'name: "@acme"\n', [1, 7, 'yaml-syntax']),
  text('no colon', 'name: Acme\nref\n', GOOD, [2, 1, 'yaml-syntax']),
  text('two documents', 'name: A\n---\nname: B\n', 'name: A\n', [2, 1, 'several-documents']),
  text('a list', '- name: Acme\n', GOOD, [1, 1, 'not-a-mapping']),
  text('a sentence', 'Acme\n', GOOD, [1, 1, 'not-a-mapping']),
  text('an anchor', 'name: &a Acme\n', GOOD, [1, 10, 'yaml-feature']),
  text('an alias', 'name: &a Acme\ncontact: *a\n', GOOD, [1, 10, 'yaml-feature'], [2, 10, 'yaml-feature']),
  text('a merge', 'name: Acme\n<<: {paused: true}\n', 'name: Acme\npaused: true\n', [2, 1, 'yaml-feature']),
  text('a tag', 'name: !!str Acme\n', GOOD, [1, 13, 'yaml-feature']),
  text('a directive', '%YAML 1.1\n---\nname: Acme\n', GOOD, [1, 1, 'yaml-feature']),
  text('the same key twice', 'name: Acme\nname: Other\n', GOOD, [2, 1, 'duplicate-key']),
  text(
    'the same key twice, inside',
    'name: A\nlogin:\n  admins: []\n  admins: []\n',
    'name: A\nlogin:\n  admins: []\n',
    [4, 3, 'duplicate-key'],
  ),
  text('thousands of brackets', nested, GOOD, [1, 37, 'yaml-syntax']),
  // The keys
  text('no name', 'paused: true\n', 'paused: true\nname: A\n', [1, 1, 'value-missing']),
  text('a misspelt key', 'name: A\nregoin: eu-west-1\n', 'name: A\nregion: eu-west-1\n', [
    2,
    1,
    'unknown-key',
  ]),
  text('an unknown key inside', 'name: A\nlogin: {admin: []}\n', 'name: A\nlogin: {admins: []}\n', [
    2,
    9,
    'unknown-key',
  ]),
  text('the key __proto__', 'name: A\n__proto__: {name: B}\n', 'name: A\n', [2, 1, 'unknown-key']),
  text('the key constructor', 'name: A\nconstructor: x\n', 'name: A\n', [2, 1, 'unknown-key']),
  text('a password of its own', 'name: A\ndb_password: hunter2\n', 'name: A\n', [2, 1, 'secret-in-file']),
  // The values
  text('an empty name', 'name:\n', GOOD, [1, 6, 'value-empty']),
  text('a blank name', 'name: " "\n', GOOD, [1, 7, 'name-blank']),
  text('a number as name', 'name: 1756\n', 'name: "1756"\n', [1, 7, 'wrong-type']),
  text('a long name', `name: ${long}\n`, `name: ${long.slice(1)}\n`, [1, 7, 'name-too-long']),
  text('a line break in the name', 'name: "A\\nB"\n', 'name: A B\n', [1, 7, 'name-hidden-character']),
  text('text turned around', 'name: "A\u202EB"\n', 'name: AB\n', [1, 7, 'name-hidden-character']),
  text('zero width', 'name: A\u200BB\n', 'name: AB\n', [1, 7, 'name-hidden-character']),
  text('19 letters', `name: A\nref: ${REF_A.slice(1)}\n`, `name: A\nref: ${REF_A}\n`, [2, 6, 'bad-ref']),
  text('a digit in the ref', `name: A\nref: ${REF_A.slice(1)}1\n`, `name: A\nref: ${REF_A}\n`, [
    2,
    6,
    'bad-ref',
  ]),
  text('a number as ref', 'name: A\nref: 123\n', `name: A\nref: ${REF_A}\n`, [2, 6, 'wrong-type']),
  text('null as ref', 'name: A\nref: null\n', 'name: A\n', [2, 6, 'value-empty']),
  text(
    'a foreign host',
    `name: A\nref: https://${REF_A}.evil.com\n`,
    `name: A\nref: https://${REF_A}.supabase.co\n`,
    [2, 6, 'ref-foreign-host'],
  ),
  text(
    'a connection string with its password',
    `name: A\nref: postgresql://postgres.${REF_A}:hunter2@aws-0-eu-north-1.pooler.supabase.com:6543/postgres\n`,
    `name: A\nref: postgresql://postgres.${REF_A}:[YOUR-PASSWORD]@aws-0-eu-north-1.pooler.supabase.com:6543/postgres\n`,
    [2, 16, 'secret-in-file'],
  ),
  text('an access token in a comment', `name: A # sbp_${'0a'.repeat(20)}\n`, 'name: A\n', [
    1,
    11,
    'secret-in-file',
  ]),
  text('a secret key', `name: A\n# sb_secret_${'x'.repeat(20)}\n`, 'name: A\n', [2, 3, 'secret-in-file']),
  text('London', 'name: A\nregion: eu-west-2\n', 'name: A\nregion: eu-west-1\n', [
    2,
    9,
    'region-not-allowed',
  ]),
  text('an unknown size', 'name: A\nsize: huge\n', 'name: A\nsize: large\n', [2, 7, 'bad-choice']),
  text('text for true', 'name: A\npaused: "true"\n', 'name: A\npaused: true\n', [2, 9, 'wrong-type']),
  text('yes for true', 'name: A\npaused: yes\n', 'name: A\npaused: true\n', [2, 9, 'wrong-type']),
  text('text for a list', 'name: A\nlogin: {domains: a.se}\n', 'name: A\nlogin: {domains: [a.se]}\n', [
    2,
    18,
    'wrong-type',
  ]),
  text('a list for text', 'name: [A]\n', 'name: A\n', [1, 7, 'wrong-type']),
  text('no address', 'name: A\ncontact: acme\n', 'name: A\ncontact: a@acme.se\n', [2, 10, 'bad-mail']),
  text('a private contact', 'name: A\ncontact: eva@gmail.com\n', 'name: A\ncontact: a@acme.se\n', [
    2,
    10,
    'private-mail',
  ]),
  text(
    'a private administrator, any case',
    'name: A\nlogin:\n  admins:\n    - a@acme.se\n    - Eva@HotMail.se\n',
    'name: A\nlogin:\n  admins:\n    - a@acme.se\n    - b@acme.se\n',
    [5, 7, 'private-mail'],
  ),
  text('no domain', 'name: A\nlogin: {domains: ["@acme.se"]}\n', 'name: A\nlogin: {domains: ["acme.se"]}\n', [
    2,
    19,
    'bad-domain',
  ]),
  text('a public mail service', 'name: A\nlogin: {domains: [live.com]}\n', 'name: A\n', [
    2,
    19,
    'private-domain',
  ]),
  text('a domain twice', 'name: A\nlogin: {domains: [å.se, xn--5ca.se]}\n', 'name: A\n', [
    2,
    25,
    'repeated-item',
  ]),
  text(
    'an administrator twice',
    'name: A\nlogin: {admins: [a@a.se, A@A.se]}\n',
    'name: A\n',
    ...([
      [2, 18, 'shared-admin'],
      [2, 26, 'shared-admin'],
    ] as const),
  ),
  text(
    "retiring another's ref",
    `name: A\nref: ${REF_A}\nretire: ${REF_B}\n`,
    `name: A\nref: ${REF_A}\nretire: db.${REF_A}.supabase.co\n`,
    [3, 9, 'retire-ref-wrong'],
  ),
  // All at once
  text(
    'many at once',
    'naem: A\nref: x\nregion: us-east-1\nsize: XL\ncontact: z\n',
    'name: A\n',
    [1, 1, 'unknown-key'],
    [1, 1, 'value-missing'],
    [2, 6, 'bad-ref'],
    [3, 9, 'region-not-allowed'],
    [4, 7, 'bad-choice'],
    [5, 10, 'bad-mail'],
  ),
  text('windows line ends', '\uFEFFname: A\r\n\r\nref: x\r\n', `\uFEFFname: A\r\n\r\nref: ${REF_A}\r\n`, [
    3,
    6,
    'bad-ref',
  ]),
]

test.each(CASES)('$title', async ({ files, expected, mended }) => {
  const { problems } = await readRegistry(await folderOf(files))
  expect(problems.map(({ line, column, rule }) => [line, column, rule])).toEqual(expected)
  problems.forEach(said)

  const { problems: left, orchestras } = await readRegistry(await folderOf(mended))
  expect(left).toEqual([])
  expect(orchestras).toHaveLength(1)
})

test('an empty folder is no registry', async () => {
  const { problems } = await readRegistry(
    await folderOf({ 'README.md': '', 'schema.json': '{}', '.keep': '' }),
  )
  expect(problems).toMatchObject([{ file: 'orchestras', line: 1, column: 1, rule: 'no-orchestras' }])
  problems.forEach(said)
})

test('a name that macOS has taken apart is answered with the slug to use, and who has it', async () => {
  const { problems } = await readRegistry(
    await folderOf({ 'malmo\u0308.yaml': GOOD, 'malmo.yaml': 'name: M' }),
  )
  expect(problems).toMatchObject([{ rule: 'bad-slug', values: { suggestion: 'malmo', owner: 'malmo.yaml' } }])
  problems.forEach(said)
})

test('no part of a pasted secret is told', async () => {
  const secrets = [
    'ref: postgresql://postgres:hunter2@db.example.com/postgres',
    'ref: postgresql://postgres:hunter2@p@ss/w.hunter2@db.example.com/postgres',
    'ref: postgresql://postgres:p@hunter2.word/x@db.example.com/postgres',
    'ref: hunter2.hunter2',
    'ref: sbp_hunter2hunter2hunter2hunter2',
    'contact: postgresql://postgres:hunter2@db.example.com/postgres',
    'size: sb_secret_hunter2hunter2hunter2',
    'password: hunter2',
  ]
  for (const line of secrets) {
    const { problems } = await readRegistry(await folderOf({ 'acme.yaml': `name: A\n${line}\n` }))
    expect(problems).not.toEqual([])
    expect(JSON.stringify(problems.map(said))).not.toContain('hunter2')
  }
})
