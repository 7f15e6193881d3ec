import { spawn } from 'node:child_process'
import { withoutSecrets } from '../../infra/engine/secrets.ts'

/** Opens a file with what this machine opens such files with. Null when it was handed over; else why not. */
export function open(
  file: string,
  env: NodeJS.ProcessEnv,
  platform: string = process.platform,
): Promise<string | null> {
  const command = platform === 'darwin' ? 'open' : 'xdg-open'
  if (platform !== 'darwin' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return Promise.resolve('no display')
  return new Promise((resolve) => {
    const child = spawn(command, [file], { env: withoutSecrets(env), stdio: 'ignore', detached: true })
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(`${command}: ${error.code ?? error.message}`),
    )
    child.once('spawn', () => {
      child.unref()
      resolve(null)
    })
  })
}
