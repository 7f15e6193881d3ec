import { readdir, readFile } from 'node:fs/promises'

/** By this variable everything that a run starts is known, however deep. */
export const RUN_VARIABLE = 'SECRETS_TEST_RUN'

/** What a process was started with. */
export interface Seen {
  readonly program: 'engine' | 'provider' | 'other'
  readonly environment: string
}

/** Looks at all processes, again and again, until it is told to stop. Linux only: elsewhere nothing is seen. */
export class Watching {
  /** Command lines of all processes of this machine, each once. */
  readonly commandLines = new Set<string>()
  /** What the run's own processes were started with, each once. */
  readonly started = new Map<string, Seen>()
  readonly #run: string
  #stopped = false
  readonly #done: Promise<void>

  constructor(run: string) {
    this.#run = run
    this.#done = this.#watch()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#done
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)))
        await this.#look(pid)
      await new Promise((later) => setTimeout(later, 40))
    }
  }

  async #look(pid: string): Promise<void> {
    const of = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
    const command = (await of('cmdline')).replaceAll('\0', ' ')
    if (command === '') return
    this.commandLines.add(command)
    const environment = await of('environ')
    if (!environment.includes(`${RUN_VARIABLE}=${this.#run}\0`)) return
    // the Automation API gives the engine all of ours where it only asks for its version; that calls nobody
    if (/pulumi version $/.test(command)) return
    const program = command.includes('provider/main.ts')
      ? 'provider'
      : /(?:^|\/)pulumi /.test(command)
        ? 'engine'
        : 'other'
    this.started.set(`${command} ${environment}`, { program, environment })
  }
}
