import './common/node.ts'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Means } from '../infra/isolation/means.ts'
import { prove } from '../infra/isolation/proof.ts'
import { readRegistry } from '../infra/registry/registry.ts'
import { SETTINGS_FILE } from '../infra/registry/settings-file.ts'
import { type Context, command } from './common/command.ts'
import { withSandbox } from './common/means.ts'
import { show, viewOf } from './common/outcome.ts'
import { keepPage } from './common/page.ts'
import { runProvisioning, tellProgress } from './common/provisioning.ts'
import { misbehave } from './common/sandbox.ts'

await command(
  { name: 'demo-breach', examples: ['npm run demo:breach', 'npm run demo:breach -- --lang en'] },
  async (context) => {
    await mkdir(context.options.state, { recursive: true })
    const state = await mkdtemp(join(context.options.state, 'demo-'))
    try {
      const here: Context = {
        ...context,
        options: { ...context.options, state },
        // What lies there is gone at the end: nobody is sent to look for it.
        note: (text) => void (text.includes(join(state, '/')) || context.note(text)),
      }
      const kept = {
        ...context,
        options: { ...context.options, state: join(context.options.state, 'breach') },
      }
      return await withSandbox(here, (means) => demonstrate(means, here, kept), tellProgress(here))
    } finally {
      await rm(state, { recursive: true, force: true })
    }
  },
)

/** `kept`: where the page of the breach is to lie, for people to look at when all is mended. */
async function demonstrate(means: Means, context: Context, kept: Context): Promise<0 | 1 | 2> {
  const { print, say } = context
  const { demo } = say.words
  const began = await runProvisioning(means, context)
  const proof = await prove(means, 'between')
  const [owner, shared] = proof.world.orchestras
  if (began !== 0 || !owner?.ref || !shared?.ref) return began === 0 ? 2 : began

  print(`\n${demo.planting(shared.name, owner.name)}\n`)
  await misbehave(means.engine.env, 'share', { ref: shared.ref, with: owner.ref })
  const found = await verdictOf(means, context, kept)

  print(`\n${demo.blocked}\n`)
  const wider = { ...means, registry: await readRegistry(await withOneMore(means, context.options.state)) }
  const blocked = await runProvisioning(wider, context)

  print(`\n${demo.mending}\n`)
  await misbehave(means.engine.env, 'share', { ref: shared.ref, with: shared.ref })
  const released = await runProvisioning(wider, context)

  const asItShouldBe = found === 'breach' && blocked === 1 && released === 0
  print(`\n${asItShouldBe ? demo.mended : demo.missed}`)
  return asItShouldBe ? 0 : 1
}

async function verdictOf(means: Means, context: Context, kept: Context): Promise<string> {
  const shown = viewOf(await prove(means, 'between'), means.api.target.source, context)
  await keepPage(shown, means, kept)
  await show(shown, context)
  return shown.report.verdict
}

/** The same orchestras and a new one, as they would stand after a merge; the real folder is left alone. */
async function withOneMore(means: Means, state: string): Promise<string> {
  const from = means.registry.folder
  const folder = join(state, 'merged', basename(from))
  await cp(from, folder, { recursive: true })
  const settings = join(dirname(from), SETTINGS_FILE)
  if (existsSync(settings)) await cp(settings, join(state, 'merged', SETTINGS_FILE))
  await writeFile(join(folder, 'demo-sinfonietta.yaml'), 'name: Demo Sinfonietta\n')
  return folder
}
