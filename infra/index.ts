import { join } from 'node:path'
import { declareProjects } from './engine/program.ts'
import { ControlError } from './errors.ts'
import { publicKeysFor } from './provider/signature.ts'
import { readRegistry } from './registry/registry.ts'
import { readTarget } from './supabase/target.ts'

/**
 * The program of plain `pulumi up` and `pulumi preview`. It is this module's only export: the language host
 * refuses an entry with named exports beside the default one (sdk/nodejs/cmd/run/run.ts).
 */
export default async function program(): Promise<void> {
  const { orchestras, settings, problems, folder } = await readRegistry(
    join(import.meta.dirname, '../orchestras'),
  )
  if (problems.length > 0) throw new ControlError('registry-refused', { problems: problems.length, folder })
  declareProjects(orchestras, settings, publicKeysFor(readTarget(process.env).source, settings.signingKeys))
}
