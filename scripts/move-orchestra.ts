import './common/node.ts'
import { moveOrchestra, succeeded, VERBS } from '../infra/data/move/run.ts'
import { ControlError, hasCode } from '../infra/errors.ts'
import { sayError } from '../infra/report/language/say.ts'
import { shown } from '../infra/report/move.ts'
import { command } from './common/command.ts'
import { withMeans } from './common/means.ts'
import { tellMove } from './common/moving.ts'
import { summarize, summarizeText } from './common/step-summary.ts'

await command(
  {
    name: 'move-orchestra',
    verb: true,
    argument: 'slug',
    options: ['region', 'dryRun', 'discard', 'json'],
    examples: [
      'npx tsx scripts/move-orchestra.ts create malmo --dry-run',
      'npx tsx scripts/move-orchestra.ts create malmo --region eu-central-1',
      'npx tsx scripts/move-orchestra.ts verify malmo --json',
    ],
  },
  (context) => {
    const { args, options, say, screen, print, note } = context
    const verb = VERBS.find((one) => one === args[0])
    const slug = args[1]
    if (verb === undefined || slug === undefined)
      throw new ControlError('bad-usage', { detail: say.move.unknownVerb(VERBS.join(', ')) })
    return withMeans(context, async (means) => {
      const { orchestras, settings } = means.registry
      const orchestra = orchestras.find((one) => one.slug === slug)
      if (!orchestra) {
        const known = orchestras.map((one) => one.slug).join(', ')
        throw new ControlError('bad-usage', { detail: say.words.details.unknownSlug(slug, known) })
      }
      const { region = null, dryRun = false, discard = false } = options
      if (region !== null && !settings.allowedRegions.includes(region)) {
        const detail = `--region ${region} (${settings.allowedRegions.join(', ')})`
        throw new ControlError('bad-usage', { detail })
      }
      const wish = { verb, region, dryRun, discard }
      try {
        const outcome = await moveOrchestra(means, orchestra, wish, tellMove(context))
        const done = succeeded(outcome)
        const told = shown(outcome, slug, dryRun, say, screen.width)
        if (options.json) print(JSON.stringify({ version: 1, slug, dryRun, ok: done, ...outcome }, null, 2))
        else print(told)
        await summarizeText(told)
        return done ? 0 : 1
      } catch (error) {
        if (!hasCode(error, 'move-refused')) throw error
        const { message, wayOut } = sayError(say, error)
        const { why, details } = error.values
        const refused = { version: 1, slug, dryRun, ok: false, verb, refused: why, details, message, wayOut }
        if (options.json) print(JSON.stringify(refused, null, 2))
        else note(`❌ ${message}\n   ${say.words.wayOut}: ${wayOut}`)
        await summarize(error, say)
        return 1
      }
    })
  },
)
