import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { removeSandbox } from '../sandbox/folders.ts'
import { plainEnv } from '../support.ts'

const LEFT_OUT = ['.git', 'node_modules', '.local']

export interface Ended {
  readonly code: number
  /** Both streams, as a person sees them. */
  readonly said: string
}

/** The files of this repository in a folder of their own, as a clone has them after `npm ci`. */
export async function cloned() {
  const root = await mkdtemp(join(tmpdir(), 'orchestras-clone-'))
  await cp('.', root, { recursive: true, filter: (from) => !LEFT_OUT.includes(basename(from)) })
  await symlink(resolve('node_modules'), join(root, 'node_modules'))
  const env = { ...plainEnv(), SANDBOX_PROVISIONING_MS: '300', CI: 'true' }
  const type = (command: string): Promise<Ended> =>
    new Promise((done) => {
      const options = { cwd: root, env, maxBuffer: 16 * 1024 * 1024 }
      execFile('bash', ['-c', `(${command}) 2>&1`], options, (error, said) =>
        done({ code: error === null ? 0 : Number(error.code), said }),
      )
    })
  const remove = async () => {
    await removeSandbox(join(root, '.local'))
    await rm(root, { recursive: true, force: true })
  }
  return { root, type, remove }
}
