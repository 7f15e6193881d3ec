import { existsSync, globSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'

const text = await readFile('ARCHITECTURE.md', 'utf8')
const drawing = text.slice(text.indexOf('```') + 3).split('```')[0] ?? ''
/** As drawn, from the top down. */
const drawn = [...drawing.matchAll(/^ *([\w.][\w./-]*) /gm)].flatMap(([, name]) => name ?? [])
const rooms = drawn
  .filter((name) => name === 'scripts/' || name.startsWith('infra/'))
  .map((name) => name.replace(/\/$/, ''))

const code = globSync('{infra,scripts}/**/*.ts')
const imports = (
  await Promise.all(
    code.map(async (from) => {
      const said = await readFile(from, 'utf8')
      return [...said.matchAll(/\b(?:from|import)\b[\s(]*'(\.[^'\n]+)'/g)].map(([, to]) => {
        return { from, to: normalize(join(dirname(from), to ?? '')) }
      })
    }),
  )
).flat()

test('every place of the drawing is there, and every room is drawn', async () => {
  expect(drawn.filter((name) => !existsSync(name))).toEqual([])
  const infra = (await readdir('infra'))
    .filter((name) => !name.startsWith('.'))
    .map((name) => join('infra', name))
  const missing = infra.filter((one) => !rooms.includes(one))
  expect(missing).toEqual([])
})

test('a room imports only from rooms below it', () => {
  expect(imports.length).toBeGreaterThan(500)
  const place = (file: string) => rooms.findIndex((room) => file === room || file.startsWith(`${room}/`))
  const upward = imports
    .filter(({ from, to }) => place(to) < place(from))
    .map(({ from, to }) => `${from} → ${to}`)
  expect(upward).toEqual([])
})
