import './common/node.ts'
import { prove } from '../infra/isolation/proof.ts'
import { command } from './common/command.ts'
import { withMeans } from './common/means.ts'
import { exitCodeOf, show, tellSeen, viewOf } from './common/outcome.ts'

await command(
  {
    name: 'verify-database-isolation',
    options: ['json', 'deep'],
    examples: [
      'npx tsx scripts/verify-database-isolation.ts',
      'npx tsx scripts/verify-database-isolation.ts --deep --json',
    ],
  },
  (context) =>
    withMeans(context, async (means) => {
      const proof = await prove(means, 'between', { deep: context.options.deep, onSeen: tellSeen(context) })
      const shown = viewOf(proof, means.api.target.source, context)
      await show(shown, context)
      return exitCodeOf(shown)
    }),
)
