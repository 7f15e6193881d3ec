import './common/node.ts'
import { loadDump } from '../infra/data/dump/load.ts'
import { openDump } from '../infra/data/dump/truth.ts'
import { ControlError } from '../infra/errors.ts'
import { parseRef } from '../infra/registry/ref.ts'
import { printable } from '../infra/report/terminal.ts'
import { command } from './common/command.ts'
import { withMeans } from './common/means.ts'

await command(
  {
    name: 'restore-dump',
    options: ['from', 'into'],
    examples: ['npx tsx scripts/restore-dump.ts --from .local/dumps/malmo-… --into abcdefghijklmnopqrst'],
  },
  (context) => {
    const { from, into } = context.options
    const target = into === undefined ? undefined : parseRef(into)
    if (from === undefined || target === undefined)
      throw new ControlError('bad-usage', { detail: from === undefined ? '--from' : '--into' })
    return withMeans(context, async ({ api, engine }) => {
      const { say, print } = context
      const dump = await openDump(from)
      const { schema, tables } = await loadDump(api, target, dump, privateKey(engine.env))
      const differences = [...schema, ...tables].map((name) => `  ${printable(name)}`)
      print([say.words.restored(dump.manifest.tables.length, differences.length), ...differences].join('\n'))
      return differences.length > 0 ? 1 : 0
    })
  },
)

/** Never shown, whatever is wrong with it. */
function privateKey({ DUMP_PRIVATE_KEY: text }: NodeJS.ProcessEnv): object | null {
  if (!text) return null
  try {
    const key: unknown = JSON.parse(text)
    if (typeof key === 'object' && key !== null) return key
  } catch {
    // told below
  }
  throw new ControlError('bad-usage', { detail: 'DUMP_PRIVATE_KEY' })
}
