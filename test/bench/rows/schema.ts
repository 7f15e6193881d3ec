import { spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../files.ts'
import { inTurn } from '../pairs.ts'
import { atLeast, type Row } from '../row.ts'
import { ROOT, whole } from '../whole.ts'
import { check } from './check.ts'

const WANTED = 'check-jsonschema==0.37.4'
const VENV = join(ROOT, '.local/bench-python')

export const schemaRow: Row = {
  name: 'schema',
  work: 'pull request check of a folder, uniqueness and all, whole process',
  against: 'check-jsonschema with orchestras/schema.json on the same files',
  async measure({ files, rounds, fetchTools }) {
    const tool = found() ?? (fetchTools ? installed() : null)
    if (tool === null)
      return { skipped: 'check-jsonschema is not installed, and could not be, with venv and pip' }
    const { orchestras, remove } = await checkout(files)
    const schema = join(ROOT, 'orchestras/schema.json')
    try {
      const pairs = await inTurn(
        Math.min(rounds, 3),
        async () => (await whole(tool, ['--schemafile', schema, ...globSync(join(orchestras, '*.yaml'))])).ms,
        async () => (await check(orchestras)).ms,
      )
      return {
        pairs,
        aims: [atLeast(5, 'times faster', 1 / pairs.ratio.median)],
        facts: { files, tool: versionOf(tool) ?? tool },
      }
    } finally {
      await remove()
    }
  },
}

function found(): string | null {
  return [join(VENV, 'bin/check-jsonschema'), 'check-jsonschema'].find(versionOf) ?? null
}

/** Installs it beside other things that can be thrown away; null where that does not work. */
function installed(): string | null {
  const done = (command: string, words: readonly string[]) =>
    spawnSync(command, words, { stdio: 'ignore', timeout: 120_000 }).status === 0
  if (!existsSync(VENV) && !done('python3', ['-m', 'venv', VENV])) return null
  return done(join(VENV, 'bin/pip'), ['install', '--quiet', WANTED]) ? found() : null
}

function versionOf(tool: string): string | undefined {
  const { status, stdout } = spawnSync(tool, ['--version'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}
