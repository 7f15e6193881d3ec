import './common/node.ts'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { editorSchema } from '../infra/registry/schema.ts'
import { command } from './common/command.ts'

await command(
  { name: 'write-schema', examples: ['npx tsx scripts/write-schema.ts'] },
  async ({ options, say, print }) => {
    const file = join(options.orchestras, 'schema.json')
    await writeFile(file, editorSchema())
    print(say.words.written(file))
    return 0
  },
)
