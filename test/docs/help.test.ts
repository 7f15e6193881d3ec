import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { judge } from './command-line.ts'
import { npmNames } from './reference/commands.ts'
import { everyHelp } from './reference/help.ts'

const scripts = globSync('scripts/*.ts').map((file) => basename(file, '.ts'))
let helps: Awaited<ReturnType<typeof everyHelp>>
let complaint: Awaited<ReturnType<typeof judge>>

beforeAll(async () => {
  helps = await everyHelp()
  complaint = await judge()
})

describe.each(scripts)('%s --help', (name) => {
  test('says in both languages what it does, and how it ends', () => {
    const { sv, en } = helps.get(name) ?? {}
    expect(sv?.usage).toContain(`npx tsx scripts/${name}.ts`)
    expect(sv?.description).toMatch(/^\S.{20,}\.$/)
    expect(en?.description).toMatch(/^\S.{20,}\.$/)
    expect(sv?.description).not.toBe(en?.description)
    const told = [sv?.usage, ...(sv?.options ?? []).map(({ meaning }) => meaning)]
    expect(told.join('\n')).not.toMatch(/\boptions\b|\bdefault\b|\bchoices\b/)
    expect(en?.exits.length).toBeGreaterThanOrEqual(2)
    expect(sv?.exits.length).toBe(en?.exits.length)
    for (const { term, meaning } of [...(sv?.options ?? []), ...(en?.options ?? [])])
      expect(meaning, term).not.toBe('')
  })

  test('has examples that it understands itself', () => {
    const { sv, en } = helps.get(name) ?? {}
    expect(en?.examples).not.toEqual([])
    expect(sv?.examples).toEqual(en?.examples)
    for (const example of en?.examples ?? []) {
      expect(complaint(example), example).toBeNull()
    }
  })

  test('has an npm name', async () => {
    expect([...(await npmNames()).keys()]).toContain(name)
  })
})

test('an example that would not be understood is found', () => {
  expect(complaint('npm run check-databases -- malmo --deep')).toBeNull()
  expect(complaint('HEAD_SHA=$(git rev-parse HEAD) npx tsx scripts/update-locks.ts')).toBeNull()
  expect(complaint('npm run check-databases -- malmo sco')).toBe('it takes 1 words by themselves')
  expect(complaint('npm run check-databases -- --deeper')).toBe('it has no --deeper')
  expect(complaint('npx tsx scripts/provision.ts --state')).toBe('--state needs a value')
  expect(complaint('npx tsx scripts/provision.ts --state --json')).toBe('--state needs a value')
  expect(complaint('npx tsx scripts/gone.ts')).toBe('there is no scripts/gone.ts')
  expect(complaint('npm run gone')).toBe('starts none of our scripts')
  expect(complaint('npm run doctor malmo')).toBe('starts none of our scripts')
})
