import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { plainEnv } from '../support.ts'

export const ROOT = join(import.meta.dirname, '../..')
const USAGE = pathToFileURL(join(import.meta.dirname, 'usage.js')).href
const BIN = join(ROOT, 'node_modules/.bin')

/** One run of a command as its user would wait for it. */
export interface Whole {
  readonly ms: number
  /** Processor time of all its Node processes. */
  readonly cpuMs: number
  /** What each of its Node processes had in memory at most, added up. */
  readonly peakMb: number
  readonly code: number | null
  readonly out: string
}

const used = z.object({ cpuMs: z.number(), peakMb: z.number() })

/** Runs a command from start to end; `tsx` and `node` are the project's own. Its exit code must be as `codes` say. */
export async function whole(
  command: string,
  words: readonly string[],
  codes: readonly number[] = [0],
): Promise<Whole> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  const file = join(folder, 'usage')
  const env = {
    ...plainEnv(),
    PATH: `${BIN}:${process.env.PATH}`,
    NODE_OPTIONS: `--import ${USAGE}`,
    BENCH_USAGE: file,
  }
  try {
    const begun = performance.now()
    const { code, out } = await run(command, words, env)
    const ms = performance.now() - begun
    if (code === null || !codes.includes(code))
      throw new Error(`${command} ${words.join(' ')}: ${code}\n${out}`)
    const text = await readFile(file, 'utf8').catch(() => '')
    const all = text.split('\n').flatMap((line) => (line ? [used.parse(JSON.parse(line))] : []))
    const sum = (of: (one: z.infer<typeof used>) => number) => all.reduce((so, one) => so + of(one), 0)
    return { ms, code, out, cpuMs: sum((one) => one.cpuMs), peakMb: sum((one) => one.peakMb) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function run(command: string, words: readonly string[], env: NodeJS.ProcessEnv) {
  return new Promise<{ code: number | null; out: string }>((resolve, reject) => {
    const child = spawn(command, words, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const said: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out: Buffer.concat(said).toString('utf8') }))
  })
}
