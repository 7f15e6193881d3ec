import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { installEngine } from '../../infra/engine/install.ts'
import { STACK } from '../../infra/engine/program.ts'
import { openWorkspace, runEnv } from '../../infra/engine/workspace.ts'
import { PASSWORD, PROJECT } from '../../infra/provider/resource-types.ts'
import type { Orchestra } from '../../infra/registry/orchestra.ts'
import { orchestra, type World } from '../engine/world.ts'
import { nameOf } from '../fleet/projects.ts'

const exported = z.looseObject({
  deployment: z.looseObject({ resources: z.array(z.looseObject({ type: z.string() })) }),
})

/**
 * Makes a state that says of many orchestras what a real `up` wrote of one: its resources over and over, each under a
 * name and a ref of its own. A thousand databases need not be there for that nothing is to be done.
 */
export async function multiplied(world: World, state: string, count: number): Promise<readonly Orchestra[]> {
  const first = orchestra('pattern-0')
  const { failures } = await world.up(state, [first])
  const ref = (await world.recorded(state)).get(first.slug)?.ref
  if (failures.length > 0 || !ref) throw new Error('the first orchestra did not come up')
  const pulumi = await engineOn(world, state)
  const whole = exported.parse(JSON.parse(await pulumi(['stack', 'export'])))
  const isOurs = ({ type }: { type: string }) => type === PROJECT || type === PASSWORD
  const pattern = JSON.stringify(whole.deployment.resources.filter(isOurs))
  const others = whole.deployment.resources.filter((resource) => !isOurs(resource))
  const orchestras = Array.from({ length: count }, (_, index) => orchestra(nameOf(index).slug))
  const resources = orchestras.flatMap(({ slug }, index) =>
    exported.shape.deployment.shape.resources.parse(
      JSON.parse(pattern.replaceAll(first.slug, slug).replaceAll(ref, nameOf(index).ref)),
    ),
  )
  const file = join(state, 'many.json')
  const deployment = { ...whole.deployment, resources: [...others, ...resources] }
  await writeFile(file, JSON.stringify({ ...whole, deployment }))
  await pulumi(['stack', 'import', '--file', file])
  return orchestras
}

async function engineOn(world: World, state: string) {
  const options = world.options(state)
  const workspace = await openWorkspace(options)
  const { command } = await installEngine(options)
  const env = { ...world.env, ...(await runEnv(options, workspace)) }
  return async (words: readonly string[]) => {
    const given = [...words, '--stack', STACK, '--non-interactive']
    const run = promisify(execFile)
    return (await run(command, given, { cwd: workspace.workDir, env, maxBuffer: 2 ** 28 })).stdout
  }
}
