import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { DEFAULT_SETTINGS } from '../../infra/registry/settings.ts'
import { parseSettings } from '../../infra/registry/settings-file.ts'
import { INTERNAL, VARIABLES } from './reference/environment.ts'
import { written } from './reference/fields.ts'
import { table } from './reference/markdown.ts'
import { REFERENCE, reference } from './reference/reference.ts'

test('docs/reference.md is what `npm run reference` writes', async () => {
  expect(await readFile(REFERENCE, 'utf8')).toBe(await reference())
})

test('the defaults that it shows are those that hold', () => {
  const { settings, problems } = parseSettings(stringify(withoutNull(written(DEFAULT_SETTINGS))))
  expect(problems).toEqual([])
  expect(settings).toEqual(DEFAULT_SETTINGS)
})

test('a cell cannot end its table, nor begin a tag', () => {
  expect(
    table(['a'], [['x | y <b>\n`<ref>`']])
      .split('\n')
      .at(-1),
  ).toBe('| x \\| y &lt;b> `<ref>` |')
})

test('every environment variable that is read stands there, and no other', async () => {
  const code = await textOf('{infra,scripts}/**/*.ts')
  const workflows = await Promise.all(globSync('.github/**/*.yml').map((file) => readFile(file, 'utf8')))
  const read = new Set([...code.flatMap(readIn), ...workflows.flatMap(givenIn)])
  const known = [...Object.keys(VARIABLES), ...INTERNAL]
  expect([...read].filter((name) => !known.includes(name))).toEqual([])
  const everything = [...code, ...workflows].join('\n')
  expect(known.filter((name) => !new RegExp(`\\b${name}\\b`).test(everything))).toEqual([])
  expect(read.size).toBeGreaterThan(20)
})

async function textOf(pattern: string): Promise<string[]> {
  return Promise.all(globSync(pattern).map((file) => readFile(file, 'utf8')))
}

/** `env.X`, `{ X } = process.env`, `({ X }: NodeJS.ProcessEnv`, and `pick(env, ['X'])`. */
function readIn(code: string): string[] {
  const lists = [
    ...code.matchAll(/\{([^{}]*)\}(?:: NodeJS\.ProcessEnv| = (?:process\.)?env\b)/g),
    ...code.matchAll(/pick\(env, \[([^\]]*)\]/g),
  ]
  return [
    ...[...code.matchAll(/\benv\.([A-Z][A-Z0-9_]+)\b/g)].map(([, name]) => name ?? ''),
    ...lists.flatMap(([, names]) => names?.match(/\b[A-Z][A-Z0-9_]+\b/g) ?? []),
  ]
}

/** What workflows hand to our scripts from secrets and variables. */
function givenIn(workflow: string): string[] {
  const found: string[] = []
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      const env = z.record(z.string(), z.string()).safeParse(inner)
      if (key === 'env' && env.success)
        found.push(
          ...Object.keys(env.data).filter((name) => /\b(?:secrets|vars)\./.test(env.data[name] ?? '')),
        )
      else walk(inner)
    }
  }
  walk(parse(workflow))
  return found
}

function withoutNull(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([, inner]) => inner !== null)
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNull(inner)]))
}
