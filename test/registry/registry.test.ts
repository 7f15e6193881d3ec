import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MOST_BYTES, readText } from '../../infra/registry/files.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { parseYaml } from '../../infra/registry/yaml/parse.ts'
import { folderOf } from './folder.ts'
import { said } from './sentences.ts'

const run = promisify(execFile)

test('the three orchestras of the product', async () => {
  const { orchestras, problems } = await readRegistry('orchestras')
  expect(problems).toEqual([])
  expect(orchestras.map(({ slug, name, ref }) => [slug, name, ref])).toEqual([
    ['malmo', 'Malmö Symfoniorkester', null],
    ['sco', 'SCO', 'tckcuexsdzovsqaqiqkr'],
    ['scoso', 'SCOSO', 'hqzrqnsvhyfypqklgoas'],
  ])
})

test('a fleet of real names, with refs in several spellings', async () => {
  const { orchestras, problems } = await readRegistry('test/fixtures/fleet')
  expect(problems).toEqual([])
  expect(orchestras.length).toBeGreaterThanOrEqual(15)
  expect(new Set(orchestras.map(({ region }) => region))).toEqual(new Set(['eu-north-1', 'eu-central-1']))
  expect(orchestras.filter(({ ref }) => ref !== null).length).toBeGreaterThan(2)
  expect(orchestras.filter(({ paused }) => paused)).toHaveLength(1)
})

test('one bad file among a hundred: exactly it is told, and the others are read', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`orkester-${index}.yaml`, `name: Orkester ${index}\n`]),
  )
  const folder = await folderOf({ ...files, 'orkester-42.yaml': 'name: {\n' })
  const { orchestras, problems } = await readRegistry(folder)
  expect(problems).toMatchObject([{ file: 'orchestras/orkester-42.yaml', rule: 'yaml-syntax' }])
  expect(orchestras).toHaveLength(99)
})

test('links are not followed, in the folder or out of it', async () => {
  const folder = await folderOf({ 'acme.yaml': 'name: A\n' })
  await symlink('acme.yaml', join(folder, 'beta.yaml'))
  await symlink('/etc/passwd', join(folder, 'gamma.yaml'))
  await symlink('/nowhere', join(folder, 'delta.yaml'))
  await symlink(tmpdir(), join(folder, 'more'))
  const { problems, orchestras } = await readRegistry(folder)
  expect(problems.map(({ file, rule }) => [file, rule])).toEqual([
    ['orchestras/beta.yaml', 'file-link'],
    ['orchestras/delta.yaml', 'file-link'],
    ['orchestras/gamma.yaml', 'file-link'],
    ['orchestras/more', 'file-link'],
  ])
  expect(orchestras).toHaveLength(1)
  problems.forEach(said)
  expect(await readText(join(folder, 'beta.yaml'))).toMatchObject({ complaint: { rule: 'file-link' } })
})

test.skipIf(process.platform === 'win32')('a pipe is refused and not waited for', async () => {
  const folder = await folderOf({ 'acme.yaml': 'name: A\n' })
  await run('mkfifo', [join(folder, 'pipe.yaml')])
  const { problems } = await readRegistry(folder)
  expect(problems).toMatchObject([{ file: 'orchestras/pipe.yaml', rule: 'file-special' }])
  problems.forEach(said)
  expect(await readText(join(folder, 'pipe.yaml'))).toMatchObject({ complaint: { rule: 'file-special' } })
})

test('what cannot be opened at all is told', async () => {
  const content = await readText('a\0b')
  expect(content).toMatchObject({ kind: 'refused', complaint: { rule: 'file-unreadable' } })
})

test('a folder that is missing, or is a file, is an error with a code', async () => {
  const folder = await folderOf({ 'acme.yaml': 'name: A\n' })
  for (const path of [join(folder, 'nowhere'), join(folder, 'acme.yaml')]) {
    await expect(readRegistry(path)).rejects.toMatchObject({ code: 'file-failed' })
  }
})

test('any bytes at all are answered', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'registry-'))
  const byte = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
  const yaml = fc
    .array(
      fc.constantFrom(
        ...'name: |ref|login|  |\n|- |[|{|}|]|"|\'|&a |*a|!|%|#|---\n|? |: |\t|<<|@'.split('|'),
      ),
    )
    .map((parts) => Buffer.from(parts.join('')))
  const property = fc.asyncProperty(fc.oneof(byte, yaml), async (bytes) => {
    await writeFile(join(folder, 'acme.yaml'), bytes)
    const { orchestras, problems } = await readRegistry(folder)
    expect(orchestras.length).toBe(problems.length === 0 ? 1 : 0)
    problems.forEach(said)
  })
  await fc.assert(property, { numRuns: 1_000 })
  await rm(folder, { recursive: true })
})

test.each([
  '[',
  '{',
  '[]',
  '{}',
  '? ',
  '- ',
  '-\n',
  '&a ',
  '*a ',
  '! ',
  '"',
  "'",
  '%\n',
  '\r',
  ',',
  'a://b:c@',
  'eyJ-',
])(
  'a file full of %j is answered before anyone takes it for a hang',
  (part) => {
    const text = part.repeat(MOST_BYTES / part.length)
    for (const prefix of ['', 'name: ', 'name: [']) {
      const { tree, problems } = parseYaml('acme.yaml', prefix + text)
      expect(tree !== undefined || problems.length > 0).toBe(true)
    }
  },
  30_000,
)

test('aliases that would unfold to billions are not unfolded', async () => {
  const levels = Array.from({ length: 9 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}]`)
  const folder = await folderOf({ 'acme.yaml': `name: A\nl0: &l0 lol\n${levels.join('\n')}\n` })
  const { problems } = await readRegistry(folder)
  expect(new Set(problems.map(({ rule }) => rule))).toEqual(new Set(['yaml-feature', 'unknown-key']))
})

test('thousands of faults in one file do not drown the others', async () => {
  const keys = Array.from({ length: 5_000 }, (_, index) => `k${index}: 1\n`).join('')
  const { problems } = await readRegistry(await folderOf({ 'acme.yaml': keys, 'beta.yaml': 'x: 1\n' }))
  expect(problems.filter(({ file }) => file.endsWith('acme.yaml'))).toHaveLength(100)
  expect(problems.filter(({ file }) => file.endsWith('beta.yaml'))).toHaveLength(2)
})
