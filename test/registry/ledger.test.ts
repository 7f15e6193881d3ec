import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readLedger } from '../../infra/ledger/ledger.ts'
import { folderOf, REF_A } from './folder.ts'

const ENTRY = {
  slug: 'acme',
  ref: REF_A,
  name: 'Acme',
  publishableKey: null,
  login: { admins: [], domains: [] },
}
const LEDGER = { version: 1, at: '2026-01-02T03:04:05.000Z', source: 'supabase', orchestras: [ENTRY] }

async function read(content: unknown) {
  const file = join(await folderOf({}), 'ledger.json')
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return readLedger(file)
}

test('a ledger as machines write it; what a later version adds is left out', async () => {
  const { orchestras, source } = await read({ ...LEDGER, orchestras: [{ ...ENTRY, later: 1 }], later: 1 })
  expect(source).toBe('supabase')
  expect(orchestras).toEqual([{ ...ENTRY, retired: false, merged: null, proven: null }])
})

test.each([
  '',
  'null',
  '{',
  [],
  { ...LEDGER, version: 2 },
  { ...LEDGER, at: 'yesterday' },
  { ...LEDGER, source: 'elsewhere' },
  { ...LEDGER, orchestras: [{ ...ENTRY, ref: REF_A.toUpperCase() }] },
  { ...LEDGER, orchestras: [{ ...ENTRY, slug: 'Acme' }] },
  { ...LEDGER, orchestras: [{ ...ENTRY, publishableKey: undefined }] },
])('%j is no ledger', async (content) => {
  await expect(read(content)).rejects.toMatchObject({ code: 'file-failed' })
})
