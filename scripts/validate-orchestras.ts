import './common/node.ts'
import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { checkRegistry } from '../infra/registry/check.ts'
import { checkLines, checkReport, summary } from '../infra/report/check.ts'
import { command } from './common/command.ts'
import { givenLedger } from './common/given-ledger.ts'

await command(
  {
    name: 'validate-orchestras',
    failure: 1,
    options: ['json', 'base', 'ledger'],
    examples: [
      'npx tsx scripts/validate-orchestras.ts',
      'npx tsx scripts/validate-orchestras.ts --base ../main --ledger ledger.json',
    ],
  },
  async ({ options, say, screen, print }) => {
    const { orchestras: folder, base } = options
    const ledger = await givenLedger(options)
    const { registry, problems } = await checkRegistry({ folder, base, ledger })
    const report = checkReport(problems, say)
    const count = registry.orchestras.length
    if (options.json) {
      print(JSON.stringify(report, null, 2))
    } else if (process.env.GITHUB_ACTIONS === 'true') {
      const { error: annotate } = await import('@actions/core')
      // Files are named from the root of the repository: of the one checked out beside, if it is there.
      const root = dirname(folder)
      const toFile = (file: string) =>
        existsSync(join(root, '.git')) ? file : relative('', join(root, file))
      for (const { file, line, column, rule, message, wayOut } of report.problems) {
        const properties = { file: toFile(file), startLine: line, startColumn: column, title: rule }
        annotate(`${message}\n${wayOut}`, properties)
      }
      print(summary(report, count, say))
    } else {
      checkLines(report, count, screen.width, say).forEach(print)
    }
    return report.ok ? 0 : 1
  },
)
