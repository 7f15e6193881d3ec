import { join } from 'node:path'
import { ControlError } from '../errors.ts'
import { entriesOf } from './files.ts'
import { type Registry, readRegistry } from './registry.ts'

/** The folder of declarations in what `--base` names: a whole checkout, or that folder itself. */
export async function baseFolder(base: string): Promise<string> {
  const entries = await entriesOf(base)
  if (entries.some((entry) => entry.name === 'orchestras' && entry.isDirectory()))
    return join(base, 'orchestras')
  if (entries.some(({ name }) => name.endsWith('.yaml') || name === 'schema.json')) return base
  // An empty base would let everything pass: more likely a wrong path than the very first pull request.
  throw new ControlError('file-failed', {
    file: base,
    detail: 'neither an orchestras folder nor files in it',
  })
}

/** The registry as it was before the pull request. */
export async function readBase(base: string): Promise<Registry> {
  return readRegistry(await baseFolder(base))
}
