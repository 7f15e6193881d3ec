import './common/node.ts'
import { ControlError } from '../infra/errors.ts'
import { prove } from '../infra/isolation/proof.ts'
import { sayError } from '../infra/report/language/say.ts'
import { watch } from '../infra/watch/watch.ts'
import { type Context, command } from './common/command.ts'
import { withMeans } from './common/means.ts'
import { exitCodeOf, keep, show, tellSeen, viewOf } from './common/outcome.ts'
import { keepPage } from './common/page.ts'

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
      const { options, say, note } = context
      const proof = await prove(means, 'between', { deep: options.deep, onSeen: tellSeen(context) })
      const shown = viewOf(proof, means.api.target.source, context)
      note(say.words.written(await keep(options.state, 'report.json', shown.report)))
      const seen = { view: shown, waiting: [...proof.world.pending] }
      const problems = await makeKnown(context, () => watch(process.env, seen, means.registry.settings, say))
      await keepPage(shown, means, context)
      await show(shown, context)
      const code = exitCodeOf(shown)
      return code === 0 && problems > 0 ? 2 : code
    }),
)

/** A verdict is told whatever becomes of its being made known; how much of that failed decides the exit code, too. */
async function makeKnown({ say, note }: Context, work: () => ReturnType<typeof watch>): Promise<number> {
  const complain = (error: ControlError) => note(`❌ ${sayError(say, error).message}`)
  try {
    const { problems, lines } = await work()
    for (const line of lines) note(line)
    problems.forEach(complain)
    return problems.length
  } catch (error) {
    if (!(error instanceof ControlError)) throw error
    complain(error)
    return 1
  }
}
