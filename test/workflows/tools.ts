import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Outside of the repository: installed once on a machine, and kept by the set-up action's cache. */
const FOLDER = join(homedir(), '.cache', 'orchestra-control-plane-tools')
const INSTALL_MS = 10 * 60 * 1000

interface Tool {
  readonly version: string
  readonly program: string
  readonly install: (folder: string, version: string) => Promise<unknown>
}

const TOOLS = {
  actionlint: {
    version: '1.7.12',
    program: 'actionlint',
    install: fromGo('github.com/rhysd/actionlint/cmd/actionlint'),
  },
  act: { version: '0.2.89', program: 'act', install: fromGo('github.com/nektos/act') },
  zizmor: { version: '1.32.0', program: 'bin/zizmor', install: fromPyPi('zizmor') },
} satisfies Record<string, Tool>

/** A tool of exactly its version, or why there is none. */
export type Found =
  | { readonly kind: 'found'; readonly program: string }
  | { readonly kind: 'missing'; readonly why: string }

/**
 * Finds or installs a tool. On a developer's machine that has neither Go nor Python the tests that need it say that
 * they were skipped; in CI a missing tool is an error.
 */
export async function findTool(name: keyof typeof TOOLS): Promise<Found> {
  const { version, program, install } = TOOLS[name]
  const folder = join(FOLDER, `${name}-${version}`)
  if (existsSync(join(folder, program))) return { kind: 'found', program: join(folder, program) }
  const draft = join(FOLDER, `.draft-${randomUUID()}`)
  try {
    console.log(`Installing ${name} ${version} into ${folder}, once …`)
    await mkdir(draft, { recursive: true })
    await install(draft, version)
    await rename(draft, folder).catch((error: unknown) => {
      // Another test was faster.
      if (!existsSync(join(folder, program))) throw error
    })
    return { kind: 'found', program: join(folder, program) }
  } catch (error) {
    const why = `${name} ${version} could not be installed: ${error instanceof Error ? error.message : error}`
    if (process.env.CI) throw new Error(why, { cause: error })
    return { kind: 'missing', why }
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

function fromGo(module: string): Tool['install'] {
  return (folder, version) =>
    run('go', ['install', `${module}@v${version}`], {
      env: { ...process.env, GOBIN: folder },
      timeout: INSTALL_MS,
    })
}

function fromPyPi(name: string): Tool['install'] {
  return (folder, version) =>
    run('python3', ['-m', 'pip', 'install', '--quiet', '--target', folder, `${name}==${version}`], {
      timeout: INSTALL_MS,
    })
}
