import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { ENGINE_VERSION, engineRoot } from '../../engine/install.ts'
import { type Check, good, warning } from '../check.ts'
import type { Patient } from './means.ts'

/** The version that package.json brings, and that the tests run on. */
const NODE = 24

export function node({ say: { repository: say } }: Patient, version = process.versions.node): Check {
  const [major = 0] = version.split('.').map(Number)
  return major >= NODE ? good(say.node(version)) : warning(say.nodeOld(version))
}

/** Looked for, not run and not installed. */
export async function engine({ env, say: { repository: say } }: Patient): Promise<Check> {
  const program = join(engineRoot(env), 'bin', process.platform === 'win32' ? 'pulumi.exe' : 'pulumi')
  return access(program).then(
    () => good(say.engine(ENGINE_VERSION)),
    () => warning(say.noEngine(ENGINE_VERSION)),
  )
}
