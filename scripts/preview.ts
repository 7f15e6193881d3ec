import './common/node.ts'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readLedger } from '../infra/ledger/ledger.ts'
import { readBase } from '../infra/registry/base.ts'
import { checkRegistry } from '../infra/registry/check.ts'
import { changesBetween } from '../infra/report/changes.ts'
import { checkReport } from '../infra/report/check.ts'
import { previewReport } from '../infra/report/preview.ts'
import { refusalsOf } from '../infra/report/pull-request.ts'
import { pullRequestMarkdown } from '../infra/report/pull-request-markdown.ts'
import { pullRequestLines } from '../infra/report/pull-request-terminal.ts'
import { command } from './common/command.ts'
import { givenLedger } from './common/given-ledger.ts'
import { LEDGER } from './common/ledger.ts'
import { summarizeMarkdown } from './common/step-summary.ts'

// CHANGED_FILES names a file with the paths that a pull request changes, as `git diff --name-only -z` prints them.
const { CHANGED_FILES } = process.env

await command(
  {
    name: 'preview',
    options: ['json', 'base', 'ledger'],
    examples: [
      'npx tsx scripts/preview.ts',
      'npx tsx scripts/preview.ts --base ../main --ledger ledger.json',
    ],
  },
  async ({ options, say, screen, print, note }) => {
    const { orchestras: folder, base, state } = options
    const kept = join(state, LEDGER)
    const ledger = (await givenLedger(options)) ?? (existsSync(kept) ? await readLedger(kept) : undefined)
    const { registry: head, problems } = await checkRegistry({ folder, base, ledger })
    const before = base === undefined ? null : await readBase(base)
    const files = CHANGED_FILES ? (await readFile(CHANGED_FILES, 'utf8')).split('\0').filter(Boolean) : []
    const changes = changesBetween(before, head, ledger)
    const one = { head, changes, check: checkReport(problems, say), files }

    const markdown = pullRequestMarkdown(one, say)
    const file = join(state, 'pull-request.md')
    await mkdir(state, { recursive: true })
    await writeFile(file, markdown)
    await summarizeMarkdown(markdown)

    if (options.json) print(JSON.stringify(previewReport(one, say), null, 2))
    else pullRequestLines(one, screen.width, say).forEach(print)
    note(`\n${say.words.written(file)}`)
    return refusalsOf(one) === 0 ? 0 : 1
  },
)
