import './common/node.ts'
import { adopt } from '../infra/data/adopt/adopt.ts'
import { adoptionLines, adoptionReport } from '../infra/report/adoption.ts'
import { command } from './common/command.ts'
import { withMeans } from './common/means.ts'

await command(
  {
    name: 'adopt-organization',
    options: ['json', 'write'],
    examples: ['npx tsx scripts/adopt-organization.ts', 'npx tsx scripts/adopt-organization.ts --write'],
  },
  (context) =>
    withMeans(context, async ({ api, registry }) => {
      const { options, say, screen, print } = context
      const adoption = await adopt(api, registry, options.write === true)
      if (options.json) print(JSON.stringify(adoptionReport(adoption, say), null, 2))
      else adoptionLines(adoption, registry.folder, screen.width, say).forEach(print)
      return adoption.outcomes.some(({ kind }) => kind === 'undecided') ? 1 : 0
    }),
)
