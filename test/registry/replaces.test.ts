import { expect, test } from 'vitest'
import { checkRegistry } from '../../infra/registry/check.ts'
import type { Claimed } from '../../infra/registry/history.ts'
import type { Ref, Slug } from '../../infra/registry/orchestra.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { type Files, folderOf, REF_A, REF_B } from './folder.ts'
import { said } from './sentences.ts'

const REF_C = 'c'.repeat(20)
const KEEP: Files = { 'keep.yaml': 'name: Keep\n' }
const file = (...lines: readonly string[]): Files => ({
  'acme.yaml': ['name: Acme', ...lines, ''].join('\n'),
})
const OLD = file(`ref: ${REF_A}`)
const NEW = file(`ref: ${REF_B}`, `replaces: ${REF_A}`)

async function found(head: Files, base?: Files, ledger?: Claimed): Promise<string[]> {
  const { problems } = await checkRegistry({
    folder: await folderOf({ ...KEEP, ...head }),
    ...(base ? { base: await folderOf({ ...KEEP, ...base }) } : {}),
    ...(ledger ? { ledger } : {}),
  })
  problems.forEach(said)
  return problems.map(({ file, line, rule }) => `${file}:${line} ${rule}`)
}

function ledgerOf(...entries: readonly (readonly [slug: string, ref: string, former?: string])[]): Claimed {
  return {
    orchestras: entries.map(([slug, ref, former]) => ({
      ...{ slug: slug as Slug, ref: ref as Ref, retired: false },
      ...(former ? { former: [former as Ref] } : {}),
    })),
  }
}

test('a ref changes only together with what it replaces, and then the region may, too', async () => {
  expect(await found(NEW, OLD)).toEqual([])
  expect(await found(file(`ref: ${REF_B}`), OLD)).toEqual(['orchestras/acme.yaml:2 ref-changed'])
  expect(await found(file(`ref: ${REF_B}`, `replaces: ${REF_C}`), OLD)).toEqual([
    'orchestras/acme.yaml:3 replaces-differs',
  ])
  const moved = file(
    'region: eu-central-1',
    `ref: db.${REF_B}.supabase.co`,
    `replaces: ${REF_A.toUpperCase()}`,
  )
  expect(await found(moved, OLD)).toEqual([])
  expect(await found(file('region: eu-central-1', `ref: ${REF_A}`, `replaces: ${REF_C}`), OLD)).toEqual([
    'orchestras/acme.yaml:2 region-changed',
  ])
  expect(await found(file(`ref: ${REF_B}`), NEW)).toEqual([])
})

test('what the ledger knows decides, also where no ref stood in the file', async () => {
  expect(await found(NEW, file(), ledgerOf(['acme', REF_A]))).toEqual([])
  expect(await found(NEW, NEW, ledgerOf(['acme', REF_B, REF_A]))).toEqual([])
  expect(await found(NEW, file(), ledgerOf(['acme', REF_C]))).toEqual([
    'orchestras/acme.yaml:3 replaces-differs',
  ])
})

test("nobody replaces another orchestra's database, now or from before", async () => {
  const others = { ...NEW, 'keep.yaml': `name: Keep\nref: ${REF_A}\n` }
  expect(await found(others)).toEqual(['orchestras/acme.yaml:3 replaces-another'])
  expect(await found(NEW, OLD, ledgerOf(['keep', REF_A]))).toEqual([
    'orchestras/acme.yaml:3 replaces-another',
  ])
  expect(await found(NEW, OLD, ledgerOf(['acme', REF_A], ['keep', REF_C, REF_B]))).toEqual([
    'orchestras/acme.yaml:2 ref-claimed-before',
  ])
})

test('a database does not replace itself, nor anything without a ref of its own', async () => {
  expect(await found(file(`ref: ${REF_A}`, `replaces: ${REF_A}`))).toEqual([
    'orchestras/acme.yaml:3 replaces-itself',
  ])
  expect(await found(file(`replaces: ${REF_A}`))).toEqual(['orchestras/acme.yaml:2 value-missing'])
})

test('the key that dumps are sealed with is a public one', async () => {
  const read = async (key: string) => {
    const { problems, settings } = await readRegistry(await folderOf(KEEP, `dumpKey: ${key}\n`))
    problems.forEach(said)
    return [settings.dumpKey?.crv ?? null, problems.map(({ rule }) => rule)]
  }
  const x = 'A'.repeat(43)
  expect(await read(`{ kty: OKP, crv: X25519, x: ${x} }`)).toEqual(['X25519', []])
  expect(await read(`{ kty: OKP, crv: Ed25519, x: ${x} }`)).toEqual([null, ['bad-dump-key']])
  expect(await read(`{ kty: OKP, crv: X25519, x: short }`)).toEqual([null, ['bad-dump-key']])
  expect(await read(`{ kty: OKP, crv: X25519, x: ${x}, d: ${x} }`)).toEqual([null, ['secret-in-file']])
})

test('a database that has ended is nobody’s, not even its own orchestra’s that begins anew', async () => {
  const { orchestras } = ledgerOf(['acme', REF_B, REF_A])
  const ended = { orchestras: orchestras.map((one) => ({ ...one, retired: true })) }
  for (const ref of [REF_A, REF_B])
    expect(await found(file(`ref: ${ref}`), undefined, ended)).toEqual([
      'orchestras/acme.yaml:2 ref-claimed-before',
    ])
})

test('who claims a former database of an orchestra that lives is not told that it has ended', async () => {
  const folder = await folderOf({ ...KEEP, 'duo.yaml': `name: Duo\nref: ${REF_A}\n` })
  const { problems } = await checkRegistry({ folder, ledger: ledgerOf(['acme', REF_B, REF_A]) })
  expect(problems.map(({ rule, values }) => [rule, values])).toEqual([
    ['ref-claimed-before', { ref: REF_A, owner: 'acme', retired: false }],
  ])
})
