import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { type Guard, guards } from './list.ts'

/** What is installed or made, and no part of the project. */
const NOT_OURS = ['.git', '.local', 'node_modules']

const { only } = new Command('guards')
  .description(
    'Takes out one guard at a time and sees whether its tests turn red. Ends with 1 when one is not missed.',
  )
  .option('--only <text>', 'guards whose name holds this text', '')
  .addHelpText('after', '\nExample: npm run guards -- --only ledger')
  .parse()
  .opts<{ only: string }>()

const chosen = guards.filter(({ name }) => name.includes(only))
const copy = await mkdtemp(join(tmpdir(), 'guards-'))
const unmissed: string[] = []
try {
  for (const part of await readdir('.'))
    if (!NOT_OURS.includes(part)) await cp(part, join(copy, part), { recursive: true })
  await symlink(resolve('node_modules'), join(copy, 'node_modules'))
  const all = [...new Set(chosen.flatMap(({ tests }) => tests))]
  if (!(await isGreen(all))) throw new Error('The tests are red with every guard in place.')
  console.log(`${all.length} test files green with every guard in place; ${chosen.length} guards`)
  for (const guard of chosen) {
    const missed = await isMissed(guard)
    console.log(`${missed ? 'red without ' : 'NOT MISSED  '} ${guard.name}`)
    if (!missed) unmissed.push(guard.name)
  }
} finally {
  await rm(copy, { recursive: true, force: true })
}
console.log(`\n${chosen.length - unmissed.length} of ${chosen.length} guards are missed by a test`)
process.exitCode = unmissed.length > 0 || chosen.length === 0 ? 1 : 0

async function isMissed({ file, line, without, tests }: Guard): Promise<boolean> {
  const path = join(copy, file)
  const text = await readFile(path, 'utf8')
  await writeFile(
    path,
    text.replace(line, () => without),
  )
  const green = await isGreen(tests)
  await writeFile(path, text)
  return !green
}

/** Red is a test that failed: a run that could not even begin shows nothing. */
async function isGreen(tests: readonly string[]): Promise<boolean> {
  const results = join(copy, 'results.json')
  await rm(results, { force: true })
  const { stderr } = spawnSync(
    join('node_modules', '.bin', 'vitest'),
    ['run', '--reporter=json', `--outputFile=${results}`, '--bail=1', ...tests],
    { cwd: copy, encoding: 'utf8' },
  )
  if (!existsSync(results)) throw new Error(`The run of ${tests.join(', ')} came to nothing.\n${stderr}`)
  const { success, numFailedTests, numPassedTests } = JSON.parse(await readFile(results, 'utf8'))
  if (!success && numFailedTests === 0)
    throw new Error(`No test of ${tests.join(', ')} failed, nor did all pass.`)
  return success === true && numPassedTests > 0
}
