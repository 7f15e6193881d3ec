import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { folderOf, REF_A, REF_B } from '../registry/folder.ts'

interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs the command as people and workflows do. */
async function validate(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  const command = resolve('node_modules/.bin/tsx')
  const { GITHUB_ACTIONS: _, ...inherited } = process.env
  const options = { env: { ...inherited, COLUMNS: '80', ...env } }
  return new Promise((done) => {
    execFile(command, ['scripts/validate-orchestras.ts', ...args], options, (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })
}

test('the product as it is: 0, and one line', async () => {
  expect(await validate([])).toEqual({ code: 0, out: '3 orkestrar, inga fel.\n', err: '' })
  expect(await validate(['--lang', 'en'])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^3 orchestras/),
  })
})

test('one ref in two files, in two spellings: both files and lines, in a listing that fits', async () => {
  const orchestras = await folderOf({
    'acme.yaml': `name: Acme\nref: ${REF_A}\n`,
    'beta.yaml': `name: Beta\nref: https://${REF_A}.supabase.co\n`,
  })
  const { code, out, err } = await validate(['--orchestras', orchestras])
  expect([code, err]).toEqual([1, ''])
  expect(out).toContain('orchestras/acme.yaml\n  2:6  shared-ref\n')
  expect(out).toContain('orchestras/beta.yaml\n  2:6  shared-ref\n')
  expect(out).toContain('beta.yaml:2')
  expect(out).toContain('acme.yaml:2')
  expect(out).toContain('2 fel i 2 filer.')
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
})

test('JSON and nothing else on standard output, also in Actions', async () => {
  const orchestras = await folderOf({ 'acme.yml': 'name: Acme\n' })
  const { code, out } = await validate(['--json', '--orchestras', orchestras], { GITHUB_ACTIONS: 'true' })
  expect(code).toBe(1)
  expect(JSON.parse(out)).toEqual({
    version: 1,
    ok: false,
    problems: [
      {
        file: 'orchestras',
        line: 1,
        column: 1,
        rule: 'no-orchestras',
        message: expect.any(String),
        wayOut: expect.any(String),
      },
      {
        file: 'orchestras/acme.yml',
        line: 1,
        column: 1,
        rule: 'file-ending',
        message: expect.stringContaining('acme.yml'),
        wayOut: expect.stringContaining('acme.yaml'),
      },
    ],
  })
  const sound = await validate(['--json', '--orchestras', await folderOf({ 'acme.yaml': 'name: A' })])
  expect(sound.code).toBe(0)
  expect(JSON.parse(sound.out)).toEqual({ version: 1, ok: true, problems: [] })
})

test('in Actions: one annotation a problem, and no name can make another command of it', async () => {
  const hostile = 'x%0A\n::error file=a,line=1::pwned\r\n::set-output name=a::b.yaml'
  const name = '"\\r\\n::set-env name=PATH::/tmp\\u2028"'
  const orchestras = await folderOf({
    [hostile.replaceAll('/', '')]: 'name: A\n',
    'beta.yaml': `name: ${name}\nsize: "::stop-commands::x\\n::add-path::/tmp"\n`,
  })
  const { code, out } = await validate(['--orchestras', orchestras], { GITHUB_ACTIONS: 'true' })
  expect(code).toBe(1)
  const lines = out.trimEnd().split('\n')
  expect(lines.slice(0, -1).every((line) => /^::error [^:]*file=[^:]*(?:%3A[^:]*)*::/.test(line))).toBe(true)
  expect(lines).toHaveLength(4)
  expect(lines.at(-1)).toBe('3 fel i 2 filer.')
  expect(lines[0]).toMatch(
    /^::error title=name-hidden-character,file=.*orchestras\/beta\.yaml,line=1,col=7::/,
  )
  expect(out).not.toMatch(/^\s*::(?!error )/m)
})

test('annotations name files from the root of the repository that was checked out', async () => {
  const orchestras = await folderOf({ 'acme.yaml': 'size: micro\n' })
  await writeFile(join(orchestras, '../.git'), 'gitdir: elsewhere\n')
  const { out } = await validate(['--orchestras', orchestras], { GITHUB_ACTIONS: 'true' })
  expect(out).toMatch(/^::error title=value-missing,file=orchestras\/acme\.yaml,line=1,col=1::/)
})

test('against a base and a ledger', async () => {
  const base = await folderOf({ 'acme.yaml': `name: Acme\nref: ${REF_A}\n`, 'beta.yaml': 'name: Beta\n' })
  const orchestras = await folderOf({ 'acme.yaml': `name: Acme\nref: ${REF_B}\n` })
  const ledger = join(base, '../ledger.json')
  const login = { admins: [], domains: [] }
  const entry = { slug: 'old', ref: REF_B, name: 'Old', publishableKey: null, login, retired: true }
  const at = '2026-01-02T03:04:05Z'
  await writeFile(ledger, JSON.stringify({ version: 1, at, source: 'supabase', orchestras: [entry] }))
  const { code, out } = await validate([
    ...['--json', '--orchestras', orchestras],
    ...['--base', join(base, '..'), '--ledger', ledger],
  ])
  expect(code).toBe(1)
  expect(JSON.parse(out).problems.map(({ rule }: { rule: string }) => rule)).toEqual([
    'ref-changed',
    'ref-claimed-before',
    'removed-without-retire',
  ])
})

test.each([
  ['an unknown option', ['--nonsense']],
  ['a folder that is not there', ['--orchestras', 'nowhere']],
  ['a base that is not there', ['--base', 'nowhere']],
  ['a ledger that is not there', ['--ledger', 'nowhere']],
  ['a ledger that is none', ['--ledger', 'package.json']],
])('%s: 1, a sentence, no stack trace', async (_, args) => {
  const { code, out, err } = await validate(args)
  expect(code).toBe(1)
  expect(out).toBe('')
  expect(err.trim()).not.toBe('')
  expect(err).not.toMatch(/^\s+at /m)
})
