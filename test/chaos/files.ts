import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { basename } from 'node:path'
import { current } from './run.ts'

/** Never settles: what a killed process was about to do. */
const NEVER = new Promise<never>(() => {})

/**
 * Makes every write of a run a boundary that can fail. Only the writes themselves: `rename` puts a written file in its
 * place whole, or not at all. Before anything else is loaded.
 */
export function installFiles(): void {
  const write = promises.writeFile
  promises.writeFile = (async (...given: Parameters<typeof write>) => {
    const run = current.getStore()
    const [path, data] = given
    if (!run || typeof path !== 'string' || typeof data !== 'string') return write(...given)
    if (run.dead) return NEVER
    const half = () => write(path, data.slice(0, Math.floor(data.length / 2)))
    // a draft bears the number of its process
    switch (run.reach(`FILE ${basename(path).replace(/\.\d+$/, '')}`)) {
      case 'full':
        throw noSpace('open')
      case 'torn':
        await half()
        throw noSpace('write')
      case 'kill':
        run.kill()
        return NEVER
      case 'kill-torn':
        await half()
        run.kill()
        return NEVER
      case 'kill-after':
        await write(...given)
        run.kill()
        return NEVER
      default:
        return write(...given)
    }
  }) as typeof write
  for (const name of ['rename', 'mkdir', 'rm'] as const) {
    const real = promises[name] as (...given: unknown[]) => Promise<unknown>
    Object.assign(promises, {
      [name]: (...given: unknown[]) => (current.getStore()?.dead ? NEVER : real(...given)),
    })
  }
  syncBuiltinESMExports()
}

/** As Node tells of a full disk. */
function noSpace(syscall: string): Error {
  return Object.assign(new Error(`ENOSPC: no space left on device, ${syscall}`), {
    ...{ errno: -28, code: 'ENOSPC', syscall },
  })
}
