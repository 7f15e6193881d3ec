import './common/node.ts'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ControlError } from '../infra/errors.ts'
import { stockholm } from '../infra/report/language/time.ts'
import { command } from './common/command.ts'
import { open } from './common/open.ts'
import { formerPage, PAGE } from './common/page.ts'

const MINUTE = 60_000

await command(
  {
    name: 'dashboard',
    examples: ['npm run dashboard', 'npm run dashboard -- --state report --lang en'],
  },
  async ({ options, say, print }) => {
    const file = join(options.state, PAGE)
    const page = await formerPage(options.state)
    if (!existsSync(file) || page === null) throw new ControlError('page-missing', { file })
    const { at, madeAt, old, notOpened } = say.page.dashboard
    print(say.words.verdicts[page.verdict])
    if (page.source === 'sandbox') print(say.page.source.sandbox)
    print(madeAt(stockholm(page.at, say.words.language)))
    const proof = Date.parse(page.lastProof ?? page.at)
    if (Date.now() - proof > page.promiseMinutes * MINUTE) print(old)
    print(at(pathToFileURL(file).href))
    if (process.stdout.isTTY && !process.env.CI) {
      const why = await open(file, process.env)
      if (why !== null) print(notOpened(why))
    }
    return 0
  },
)
