import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ControlError } from '../errors.ts'
import { PASSWORD, PROJECT } from '../provider/resource-types.ts'
import type { Slug } from '../registry/slug.ts'
import { installEngine } from './install.ts'
import { PROJECT_NAME, STACK } from './program.ts'
import { recorded } from './recorded.ts'
import { oneLine } from './said.ts'
import { withoutTokens } from './secrets.ts'
import { type EngineOptions, openWorkspace, runEnv } from './workspace.ts'

/** As the engine says it: pkg/cmd/pulumi/state/state.go */
const NOT_THERE = /No such resource|does not exist|no stack named/i

/**
 * Takes an orchestra's project and password out of state, and touches nothing else: the next run finds the project
 * by its name, or by the file's ref, and judges it by its nameplate. Nothing happens when state does not know it.
 * @throws ControlError `state-unreadable`, `engine-missing`, `engine-failed`, and those of `runEnv`
 */
export async function forget(options: EngineOptions, slug: Slug): Promise<void> {
  if (!(await recorded(options)).has(slug)) return
  const workspace = await openWorkspace(options)
  const env = withoutTokens({ ...options.env, ...(await runEnv(options, workspace)) })
  const { command } = await installEngine(options)
  // the project first: it depends on its password
  for (const type of [PROJECT, PASSWORD]) {
    const urn = `urn:pulumi:${STACK}::${PROJECT_NAME}::${type}::${slug}`
    const words = ['state', 'delete', urn, '--force', '--yes', '--stack', STACK, '--non-interactive']
    try {
      await promisify(execFile)(command, words, { cwd: workspace.workDir, env })
    } catch (error) {
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
      if (!NOT_THERE.test(said))
        throw new ControlError('engine-failed', { detail: oneLine(said) }, { cause: error })
    }
  }
}
