import { spawn } from 'node:child_process'

const TICK_MS = 15_000
const KEPT_CHARACTERS = 2_000

export interface RunOptions {
  readonly env: NodeJS.ProcessEnv
  readonly cwd?: string
  readonly seconds: number
  readonly signal?: AbortSignal | undefined
  /** Told the seconds since the start, at once and then each 15. */
  readonly onTick?: (seconds: number) => void
}

/**
 * Runs a program to its end, in a process group of its own that is killed whole when the time is up or the
 * signal comes. Throws an Error whose message is the end of what it said.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<void> {
  options.signal?.throwIfAborted()
  const since = Date.now()
  const tick = () => options.onTick?.(Math.round((Date.now() - since) / 1000))
  tick()
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-KEPT_CHARACTERS)
  })
  const killAll = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // the group has ended
    }
  }
  let late = false
  const ticking = setInterval(tick, TICK_MS)
  const deadline = setTimeout(() => {
    late = true
    killAll()
  }, options.seconds * 1000)
  options.signal?.addEventListener('abort', killAll, { once: true })
  process.once('exit', killAll)
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    options.signal?.throwIfAborted()
    if (late) throw new Error(`not done after ${options.seconds} s`)
    if (status !== 0) throw new Error(said.trim() || `ended with ${status}`)
  } finally {
    clearInterval(ticking)
    clearTimeout(deadline)
    options.signal?.removeEventListener('abort', killAll)
    process.removeListener('exit', killAll)
  }
}
