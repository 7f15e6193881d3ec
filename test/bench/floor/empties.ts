import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as pulumi from '@pulumi/pulumi'
import { LocalWorkspace, type Stack } from '@pulumi/pulumi/automation/index.js'
import { installEngine } from '../../../infra/engine/install.ts'

class Empty extends pulumi.CustomResource {
  constructor(name: string) {
    super('empty:index:Empty', name, {})
  }
}

const PROVIDERS = [{ name: 'empty', path: join(import.meta.dirname, 'empty') }]

/** A stack of empty resources in a folder of its own, with the engine and the backend that the control plane uses. */
export async function emptyStack(folder: string, count: number, env: NodeJS.ProcessEnv): Promise<Stack> {
  const [workDir, backend] = [join(folder, 'empty'), join(folder, 'empty-state')]
  await mkdir(workDir, { recursive: true })
  await mkdir(backend, { recursive: true })
  const settings = { name: 'empty', runtime: 'nodejs', plugins: { providers: PROVIDERS } }
  await writeFile(join(workDir, 'Pulumi.yaml'), JSON.stringify(settings))
  const program = async () => {
    for (let index = 0; index < count; index++) new Empty(`empty-${index}`)
  }
  const pulumiCommand = await installEngine({ env })
  const envVars = {
    PULUMI_BACKEND_URL: pathToFileURL(backend).href,
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_CONFIG_PASSPHRASE: 'bench',
  }
  return LocalWorkspace.createOrSelectStack(
    { stackName: 'empty', projectName: 'empty', program },
    { workDir, pulumiCommand, envVars },
  )
}
