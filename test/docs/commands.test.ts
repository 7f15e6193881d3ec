import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { plainEnv } from '../support.ts'
import { judge } from './command-line.ts'
import { COVERED, COVERED_BEGINNINGS } from './covered.ts'
import { VARIABLES } from './reference/environment.ts'
import { commandsIn, mentioned, type Typed, typed } from './shell.ts'

let complaint: Awaited<ReturnType<typeof judge>>
const commands = await typed()
const elsewhere = commands.filter(({ file }) => file !== 'README.md')
const npm = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(await readFile('package.json', 'utf8'))).scripts

beforeAll(async () => {
  complaint = await judge()
})

const at = ({ file, line, command }: Typed) => `${file}:${line} ${command.split('\n')[0]}`
const run = promisify(execFile)

describe('a command in the documents', () => {
  test.each(elsewhere.map((one) => [at(one), one] as const))(
    'is run by a test: %s',
    async (_, { command }) => {
      for (const single of command.includes('&& export') ? [command] : command.split(' && ')) {
        const covered =
          COVERED[single] ??
          Object.entries(COVERED_BEGINNINGS).find(([beginning]) => single.startsWith(beginning))?.[1]
        expect(covered, 'write in covered.ts which test runs it').toBeDefined()
        expect(await readFile(covered?.by ?? '', 'utf8')).toContain(covered?.says)
      }
    },
  )

  test('is listed once, and no longer than it stands there', () => {
    const there = new Set(elsewhere.flatMap(({ command }) => [command, ...command.split(' && ')]))
    expect(Object.keys(COVERED).filter((one) => !there.has(one))).toEqual([])
    const unused = Object.keys(COVERED_BEGINNINGS).filter(
      (one) => ![...there].some((it) => it.startsWith(one)),
    )
    expect(unused).toEqual([])
  })

  test('of ours is one that the command understands', () => {
    const ours = commands.flatMap(({ command }) =>
      command
        .split(' && ')
        .filter((one) =>
          /\bnpx tsx scripts|\bnpm run (?!format|reference|pictures|bench|sandbox|guards|mutants|chaos)/.test(
            one,
          ),
        ),
    )
    expect(ours.length).toBeGreaterThan(20)
    for (const one of ours) expect(complaint(withoutPlaceholders(one)), one).toBeNull()
  })
})

test('what is mentioned between the lines is there, and understood', async () => {
  const all = (await mentioned()).filter(({ file }) => file !== 'docs/reference.md')
  expect(all.length).toBeGreaterThan(20)
  for (const one of all) {
    for (const single of one.command.split(' && ')) {
      const script = /^(?:[A-Z_]+=\S+ )*npm (?:run )?([\w:-]+)/.exec(single)?.[1] ?? ''
      if (['ci', 'run', 'test', 'audit'].includes(script)) continue
      if (!(npm[script] ?? '').startsWith('tsx scripts/')) expect(Object.keys(npm), at(one)).toContain(script)
      else expect(complaint(single), at(one)).toBeNull()
    }
  }
})

test('what is said to GitHub fits the workflows', async () => {
  const said = commands.map(({ command }) => command).filter((one) => one.startsWith('gh '))
  expect(said.length).toBeGreaterThan(4)
  for (const one of said) {
    const [, name] = /\b(\w+\.yml)\b/.exec(one) ?? []
    if (name) expect(await workflow(name)).toHaveProperty('on.workflow_dispatch')
    const [, secret = '', environment = ''] = /^gh secret set (\w+) --env (\w+)$/.exec(one) ?? []
    if (secret) {
      expect(VARIABLES[secret]?.[0]).toBe('secret')
      const uses = JSON.stringify(await workflow(environment === 'watch' ? 'watch.yml' : 'provision.yml'))
      expect(uses).toContain(`secrets.${secret} }}`)
      expect(uses).toMatch(new RegExp(`"environment":"${environment}"`))
    }
    for (const [, artifact] of one.matchAll(/--name (\w+)/g))
      expect(JSON.stringify(await workflow('watch.yml'))).toContain(`"name":"${artifact}"`)
  }
})

async function workflow(name: string): Promise<unknown> {
  return parse(await readFile(`.github/workflows/${name}`, 'utf8'))
}

test('what no test has the time for is there', () => {
  expect(npm.mutants).toBe('stryker run test/mutants/stryker.config.mjs')
  expect(existsSync('test/mutants/stryker.config.mjs')).toBe(true)
  expect(npm['bench:gateway']).toBe('tsx test/bench/gateway.ts')
  expect(existsSync('test/bench/gateway.ts')).toBe(true)
})

test('a token that is pasted is exported, and not shown', async () => {
  const [{ command = '' } = {}] = commands.filter(({ command }) => command.startsWith('read '))
  const script = `${command}; node -p 'process.env.SUPABASE_ACCESS_TOKEN.length'`
  const { stdout } = await run('bash', ['-c', `echo sbp_pasted | { ${script}; }`], { env: plainEnv() })
  expect(stdout).toBe('10\n')
})

describe('what makes a pair of keys', () => {
  test('to seal dumps with makes one that the settings take', async () => {
    const [{ command = '' } = {}] = commands.filter(({ command }) => command.startsWith('node '))
    const { stdout } = await run('bash', ['-c', command], { env: plainEnv() })
    expect(stdout.match(/crv: 'X25519'/g)).toHaveLength(2)
    expect(stdout.match(/\bd: '/g)).toHaveLength(1)
  })

  test('to sign with makes a private Ed25519 key', async () => {
    const text = await readFile('README.md', 'utf8')
    const command = /`(node -e '[^`]*')`/.exec(text)?.[1] ?? ''
    const { stdout } = await run('bash', ['-c', command], { env: plainEnv() })
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ kty: 'OKP', crv: 'Ed25519' },
      ...{ x: expect.stringMatching(/^[\w-]{43}$/), d: expect.stringMatching(/^[\w-]{43}$/) },
    })
  })
})

/** A ref and a folder where the documents can only say that there is one. */
function withoutPlaceholders(command: string): string {
  return command.replace('<new ref>', 'abcdefghijklmnopqrst').replace(/ \\\n\s*/g, ' ')
}

test('commands are found where they stand, comments, quotes and lines that go on as a shell has them', () => {
  const shell = [
    '1. text',
    '',
    '   ```sh',
    "   npm start   # it's all",
    '   # nothing',
    "   node -e 'a",
    "   b # c' \\",
    '     --more',
    '   ```',
    '```text',
    'npm run no',
    '```',
  ]
  expect(commandsIn(shell.join('\n'))).toEqual([
    { line: 4, command: 'npm start' },
    { line: 6, command: "node -e 'a\n   b # c' \\\n     --more" },
  ])
})
