import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { plainEnv } from '../support.ts'

const TSX = resolve('node_modules/.bin/tsx')

export interface Run {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Running {
  readonly child: ChildProcess
  readonly done: Promise<Run>
  /** Resolves when this has been said on either stream. */
  readonly said: (text: string) => Promise<void>
}

/** Starts a program as people and workflows do, without what the environment may hold of real databases. */
export function start(file: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(TSX, [file, ...args], {
    env: { ...plainEnv(), SANDBOX_PROVISIONING_MS: '300', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const heard = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    heard.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    heard.err += text
  })
  const done = new Promise<Run>((ended, failed) => {
    child.once('error', failed)
    child.once('close', (code) => ended({ code, ...heard }))
  })
  const said = async (text: string) => {
    for (let tries = 0; tries < 600; tries++) {
      if (`${heard.out}${heard.err}`.includes(text)) return
      await Promise.race([done, new Promise((later) => setTimeout(later, 50))])
    }
    throw new Error(`never said: ${text}\n${heard.out}${heard.err}`)
  }
  return { child, done, said }
}

/** Runs one of the scripts to its end. */
export function script(name: string, args?: readonly string[], env?: NodeJS.ProcessEnv): Promise<Run> {
  return start(`scripts/${name}.ts`, args, env).done
}

/** The PostgreSQL servers whose data lies in one of these folders. */
export async function serversIn(folders: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'args'], { maxBuffer: 16 * 1024 * 1024 })
  const servers = stdout.split('\n').filter((line) => /postgres -D /.test(line))
  return servers.filter((line) => folders.some((folder) => line.includes(folder)))
}
