import './common/node.ts'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ControlError } from '../infra/errors.ts'
import { readRegistry } from '../infra/registry/registry.ts'
import { text } from '../infra/report/markup.ts'
import { MARKER } from '../infra/report/pull-request-markdown.ts'
import { keepComment } from '../infra/watch/comment.ts'
import { GitHub } from '../infra/watch/github.ts'
import { readQuietness } from '../infra/watch/quiet.ts'
import { readGitHub } from '../infra/watch/target.ts'
import { command } from './common/command.ts'

await command(
  {
    name: 'comment-pull-request',
    examples: ['PULL_REQUEST=12 npx tsx scripts/comment-pull-request.ts --state report'],
  },
  async ({ options, say }) => {
    const number = z.coerce.number().int().positive().safeParse(process.env.PULL_REQUEST)
    if (!number.success)
      throw new ControlError('github-unconfigured', { variable: 'PULL_REQUEST', why: 'bad' })
    const file = join(options.state, 'pull-request.md')
    const body = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new ControlError('file-failed', { file, detail: error instanceof Error ? error.message : '' })
    })
    const github = new GitHub(readGitHub(process.env))
    const { settings } = await readRegistry(options.orchestras)
    const watched = await readQuietness(github, settings.promiseMinutes, new Date(), say)
    await keepComment(github, number.data, MARKER, `${body}\n\n${text(watched.sentence)}\n`)
    return 0
  },
)
