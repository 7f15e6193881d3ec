import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { access, readFile, rename, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { run, runAs } from './accounts.ts'
import type { Engine } from './binaries.ts'
import { freshName } from './folders.ts'
import { portOf } from './listener.ts'
import { stopServer } from './processes.ts'

/** One PostgreSQL server with its data folder. Start and stop are not to be called at the same time. */
export class Cluster {
  readonly folder: string
  readonly #engine: Engine
  #server: ChildProcess | null = null
  #port: number | null = null

  constructor(engine: Engine, folder: string) {
    this.#engine = engine
    this.folder = folder
  }

  get running(): boolean {
    return this.#server !== null
  }

  /** Kept over restarts, unless someone else took it meanwhile. */
  get port(): number {
    if (this.#port === null) throw new Error(`the cluster in ${this.folder} has not been started`)
    return this.#port
  }

  async exists(): Promise<boolean> {
    return access(join(this.folder, 'PG_VERSION')).then(
      () => true,
      () => false,
    )
  }

  async start(): Promise<void> {
    if (this.#server) return
    for (let attempt = 1; ; attempt++) {
      this.#port ??= await freePort()
      const began = await this.#spawn(this.#port)
      if (began === 'ready') return
      this.#port = null
      if (attempt === 5) throw new Error(`PostgreSQL in ${this.folder} does not start: ${began}`)
    }
  }

  async stop(): Promise<void> {
    const server = this.#server
    if (!server?.pid) return
    const gone = new Promise((resolve) => server.once('exit', resolve))
    await stopServer(server.pid)
    if (this.#server === server) await gone
  }

  /** Makes this stopped cluster's data a copy of another stopped folder's. */
  async copyFrom(folder: string): Promise<void> {
    const fresh = freshName(this.folder)
    await this.remove()
    const copied = await run(this.#engine.account, 'cp', ['-a', folder, fresh])
    if (!copied.ok) throw new Error(`cannot copy ${folder}: ${copied.output}`)
    await rename(fresh, this.folder)
  }

  async remove(): Promise<void> {
    for (const path of [this.folder, `${this.folder}.log`]) await rm(path, { recursive: true, force: true })
  }

  async #spawn(port: number): Promise<string> {
    const log = openSync(`${this.folder}.log`, 'a', 0o600)
    const server = spawn(join(this.#engine.bin, 'postgres'), ['-D', this.folder, '-p', String(port)], {
      ...runAs(this.#engine.account),
      detached: true,
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    let failure: string | null = null
    server.once('error', (error) => {
      failure = error.message
    })
    server.once('exit', (code, signal) => {
      failure = `it ended with ${signal ?? code}`
      if (this.#server === server) this.#server = null
    })
    for (const until = Date.now() + 30_000; Date.now() < until; await sleep(10)) {
      if (failure) return `${failure}. ${await this.#lastWords()}`
      if (await this.#isReady(server.pid)) {
        if (failure) continue
        this.#server = server
        return 'ready'
      }
    }
    if (server.pid) await stopServer(server.pid)
    return `not ready in time. ${await this.#lastWords()}`
  }

  async #isReady(pid: number | undefined): Promise<boolean> {
    const lines = (await readFile(join(this.folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
    return lines[0] === String(pid) && lines[7]?.trim() === 'ready'
  }

  async #lastWords(): Promise<string> {
    const log = await readFile(`${this.folder}.log`, 'utf8').catch(() => '')
    return log.trim().split('\n').slice(-3).join(' | ')
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const port = portOf(probe)
      probe.close(() => resolve(port))
    })
  })
}
