import './common/node.ts'
import { ControlError } from '../infra/errors.ts'
import { prove } from '../infra/isolation/proof.ts'
import { sayError } from '../infra/report/language/say.ts'
import { watch } from '../infra/watch/watch.ts'
import { type Context, command } from './common/command.ts'
import { withMeans } from './common/means.ts'
import { exitCodeOf, keep, show, tellSeen, viewOf } from './common/outcome.ts'
import { keepPage, offerPage } from './common/page.ts'
import { brokenPromise, gatheredBy } from './common/shards.ts'

await command(
  {
    name: 'monitor-database-isolation',
    options: ['json', 'deep', 'merge'],
    examples: [
      'npx tsx scripts/monitor-database-isolation.ts',
      'npx tsx scripts/monitor-database-isolation.ts --json',
      'npx tsx scripts/monitor-database-isolation.ts --merge shards',
    ],
  },
  (context) =>
    withMeans(context, async (means) => {
      const { options, say, note } = context
      const { registry } = means
      // whatever the settings say, a watch without parts to merge is one machine's
      const broken = brokenPromise(registry, options.merge === undefined ? 1 : registry.settings.shards)
      if (broken) {
        complain(context, broken)
        note(`${say.words.wayOut}: ${sayError(say, broken).wayOut}`)
      }
      const gathered = await gatheredBy(context, means)
      const proof = await prove(means, 'between', {
        deep: options.deep,
        onSeen: tellSeen(context),
        ...(gathered ? { gathered } : {}),
      })
      const shown = viewOf(proof, means.api.target.source, context)
      note(say.words.written(await keep(options.state, 'report.json', shown.report)))
      const seen = { view: shown, waiting: [...proof.world.pending] }
      const problems = await makeKnown(context, () => watch(process.env, seen, registry.settings, say))
      await keepPage(shown, means, context)
      await offerPage(shown, means, context)
      await show(shown, context)
      const code = exitCodeOf(shown)
      // a promise that cannot be kept is no reason not to look, but it is no success
      return code === 0 && (problems > 0 || broken) ? 2 : code
    }),
)

/** A verdict is told whatever becomes of its being made known; how much of that failed decides the exit code, too. */
async function makeKnown(context: Context, work: () => ReturnType<typeof watch>): Promise<number> {
  try {
    const { problems, lines } = await work()
    for (const line of lines) context.note(line)
    for (const problem of problems) complain(context, problem)
    return problems.length
  } catch (error) {
    if (!(error instanceof ControlError)) throw error
    complain(context, error)
    return 1
  }
}

function complain({ say, note }: Context, error: ControlError): void {
  note(`❌ ${sayError(say, error).message}`)
}
