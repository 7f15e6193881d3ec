import './common/node.ts'
import { prove } from '../infra/provision/proof.ts'
import { command } from './common/command.ts'
import { withMeans } from './common/means.ts'
import { exitCodeOf, keep, show, viewOf } from './common/outcome.ts'

await command(
  {
    name: 'monitor-database-isolation',
    options: ['json', 'deep'],
    examples: [
      'npx tsx scripts/monitor-database-isolation.ts',
      'npx tsx scripts/monitor-database-isolation.ts --json',
    ],
  },
  (context) =>
    withMeans(context, async (means) => {
      const proof = await prove(means, 'between', { deep: context.options.deep })
      const shown = viewOf(proof, means.api.target.source, context)
      context.note(context.say.words.written(await keep(context.options.state, 'report.json', shown.report)))
      await show(shown, context)
      return exitCodeOf(shown)
    }),
)
