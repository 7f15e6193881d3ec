import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { writePerformance } from './performance.ts'
import { emptyResults, type Results, resultsSchema } from './results.ts'
import { FULL, TINY } from './row.ts'
import { rows } from './rows/index.ts'
import { measureRow } from './run.ts'
import { tell } from './tell.ts'
import { ROOT } from './whole.ts'

// npm run bench: what the control plane costs, beside the least that it could. A benchmark and no test: it exits with 0
// whether or not an aim holds, and with 1 when something could not be measured for a fault.

const { values: given } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    json: { type: 'string', default: join(ROOT, '.local/bench.json') },
    write: { type: 'boolean', default: false },
    tiny: { type: 'boolean', default: false },
    rounds: { type: 'string', default: `${FULL.rounds}` },
  },
})
const unknown = (given.only ?? []).filter((name) => !rows.some((row) => row.name === name))
if (unknown.length > 0) {
  console.error(`no row ${unknown.join(', ')}; there are: ${rows.map(({ name }) => name).join(', ')}`)
  process.exitCode = 1
} else if (given.write) await writePerformance(await read(given.json))
else await measure(given.json)

async function measure(file: string): Promise<void> {
  const chosen = rows.filter(({ name }) => given.only?.includes(name) ?? true)
  let results = await read(file)
  for (const row of chosen) {
    const result = await measureRow(row, given.tiny ? TINY : { ...FULL, rounds: Number(given.rounds) })
    // kept after each, so that a long run may be ended at any time
    results = { ...results, rows: { ...results.rows, [row.name]: result } }
    await keep(file, results)
    tell(result)
    if ('failed' in result) process.exitCode = 1
  }
}

/** What was measured before: each row stands until it is measured again, with its own date. */
async function read(file: string): Promise<Results> {
  const text = await readFile(file, 'utf8').catch(() => null)
  return text === null ? emptyResults() : resultsSchema.parse(JSON.parse(text))
}

async function keep(file: string, results: Results): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`)
}
