import './common/node.ts'
import { prove } from '../infra/isolation/proof.ts'
import { planSweep } from '../infra/registry/plan.ts'
import { readRegistry } from '../infra/registry/registry.ts'
import { planReport, planText } from '../infra/report/plan.ts'
import { type Context, command } from './common/command.ts'
import { withMeans } from './common/means.ts'
import { exitCodeOf, show, tellSeen, viewOf } from './common/outcome.ts'
import { askedFor, brokenPromise, gatheredBy, gatherPart } from './common/shards.ts'

await command(
  {
    name: 'verify-database-isolation',
    options: ['json', 'deep', 'plan', 'shard', 'evidence', 'merge'],
    examples: [
      'npx tsx scripts/verify-database-isolation.ts',
      'npx tsx scripts/verify-database-isolation.ts --deep --json',
      'npx tsx scripts/verify-database-isolation.ts --plan',
      'npx tsx scripts/verify-database-isolation.ts --shard 3/8',
      'npx tsx scripts/verify-database-isolation.ts --merge .local/shards',
    ],
  },
  async (context) => {
    const { part } = askedFor(context)
    if (context.options.plan) return tellPlan(context)
    return withMeans(context, async (means) => {
      const broken = brokenPromise(means.registry, means.registry.settings.shards)
      if (broken) throw broken
      if (part) {
        await gatherPart(context, means, part)
        return 0
      }
      const gathered = await gatheredBy(context, means)
      const proof = await prove(means, 'between', {
        deep: context.options.deep,
        onSeen: tellSeen(context),
        ...(gathered ? { gathered } : {}),
      })
      const shown = viewOf(proof, means.api.target.source, context)
      await show(shown, context)
      return exitCodeOf(shown)
    })
  },
)

async function tellPlan({ options, say, screen, print }: Context): Promise<0 | 1> {
  const { settings, orchestras } = await readRegistry(options.orchestras)
  const { shards, promiseMinutes } = settings
  const plan = planSweep({ orchestras: orchestras.length, shards, promiseMinutes })
  print(options.json ? JSON.stringify(planReport(plan), null, 2) : planText(plan, say.plan, screen))
  if (!options.json && !plan.keepsPromise) print(`\n${say.plan.unkeepable(plan).wayOut}`)
  return plan.keepsPromise ? 0 : 1
}
