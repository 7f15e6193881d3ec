import './common/node.ts'
import { ControlError } from '../infra/errors.ts'
import { prove } from '../infra/isolation/proof.ts'
import { details } from '../infra/report/details.ts'
import { only } from '../infra/report/view.ts'
import { command } from './common/command.ts'
import { withMeans } from './common/means.ts'
import { exitCodeOf, show, tellSeen, viewOf } from './common/outcome.ts'

await command(
  {
    name: 'check-databases',
    argument: 'slug',
    options: ['json', 'deep'],
    examples: ['npx tsx scripts/check-databases.ts', 'npx tsx scripts/check-databases.ts malmo'],
  },
  (context) =>
    withMeans(context, async (means) => {
      const { args, options, say, print } = context
      const slugs = means.registry.orchestras.map((one) => one.slug)
      const [wanted] = args
      if (wanted !== undefined && !slugs.some((slug) => slug === wanted)) {
        throw new ControlError('bad-usage', {
          detail: say.words.details.unknownSlug(wanted, slugs.join(', ')),
        })
      }
      const proof = await prove(means, 'between', { deep: options.deep, onSeen: tellSeen(context) })
      const whole = viewOf(proof, means.api.target.source, context)
      const shown = wanted === undefined ? whole : only(whole, wanted)
      if (!options.json) for (const one of shown.evidence.values()) print(`\n${details(one, say.words)}`)
      await show(shown, context)
      return exitCodeOf(shown)
    }),
)
