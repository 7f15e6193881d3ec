import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { guards } from './list.ts'

test.each(guards)('$name: there to be taken out, and tested', async ({ file, line, without, tests }) => {
  const parts = (await readFile(file, 'utf8')).split(line)
  expect(parts).toHaveLength(2)
  expect(without).not.toContain(line)
  expect(tests.length).toBeGreaterThan(0)
  expect(tests.filter((path) => !existsSync(path))).toEqual([])
})
