import './common/node.ts'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { error as annotate } from '@actions/core'
import { ControlError } from '../infra/errors.ts'
import { fetchPublished } from '../infra/ledger/publish-github.ts'
import { sayError } from '../infra/report/language/say.ts'
import { stockholm } from '../infra/report/language/time.ts'
import { GitHub } from '../infra/watch/github.ts'
import { readGitHub } from '../infra/watch/target.ts'
import { type Context, command } from './common/command.ts'
import { trustBy } from './common/given-ledger.ts'
import { LEDGER } from './common/ledger.ts'

await command(
  { name: 'fetch-ledger', examples: ['npx tsx scripts/fetch-ledger.ts --state report'] },
  async (context) => {
    try {
      return await fetch(context)
    } catch (error) {
      if (error instanceof ControlError && process.env.GITHUB_ACTIONS === 'true') {
        const { message, wayOut } = sayError(context.say, error)
        annotate(`${message}\n${wayOut}`)
      }
      throw error
    }
  },
)

async function fetch({ options, say, print }: Context): Promise<0> {
  const trust = await trustBy(options.orchestras)
  const published = trust && (await fetchPublished(new GitHub(readGitHub(process.env)), trust))
  if (!published) {
    print((trust ? say.repository.noLedger : say.repository.ledgerUnpinned).message)
    return 0
  }
  const { at, orchestras } = published.ledger
  const file = join(options.state, LEDGER)
  await mkdir(options.state, { recursive: true })
  // As it was signed, so that whoever reads the file verifies it again.
  await writeFile(file, published.text)
  print(say.repository.ledger(stockholm(at, say.words.language), orchestras.length))
  print(say.words.written(file))
  return 0
}
