import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { editorSchema } from '../../infra/registry/schema.ts'

const accepts = new Ajv({ strict: true, strictTypes: false }).compile(JSON.parse(editorSchema()))

test('orchestras/schema.json is what `npm run schema` writes', async () => {
  expect(await readFile('orchestras/schema.json', 'utf8')).toBe(editorSchema())
})

test.each(['orchestras', 'test/fixtures/fleet'])(
  'every file in %s follows it, and names it',
  async (folder) => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'))
    expect(names).not.toEqual([])
    for (const name of names) {
      const text = await readFile(join(folder, name), 'utf8')
      expect(text).toMatch(/^# yaml-language-server: \$schema=\S*schema\.json\n/)
      expect(accepts(parse(text)), `${name}: ${JSON.stringify(accepts.errors)}`).toBe(true)
    }
  },
)

test.each([
  'paused: true',
  'name: 1756',
  'name: ""',
  `name: ${'x'.repeat(101)}`,
  'name: A\nnaem: B',
  'name: A\nref: short',
  'name: A\nref: 123',
  'name: A\nsize: huge',
  'name: A\npaused: "yes"',
  'name: A\nlogin: {admin: []}',
  'name: A\nlogin: {admins: a@b.se}',
  'name: A\nlogin: {admins: [eva]}',
  'name: A\nlogin: {domains: ["@b.se"]}',
  'name: A\ncontact: [a@b.se]',
  '- name: A',
])('an editor marks %j', (text) => {
  expect(accepts(parse(text))).toBe(false)
})

test('every field says what it is for', () => {
  const { properties } = JSON.parse(editorSchema())
  for (const [key, field] of Object.entries(properties)) {
    expect(field, key).toMatchObject({ title: expect.any(String), description: expect.any(String) })
  }
})
