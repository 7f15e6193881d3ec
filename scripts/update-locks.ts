import './common/node.ts'
import { ControlError } from '../infra/errors.ts'
import { markCandidate } from '../infra/watch/checks.ts'
import { GitHub } from '../infra/watch/github.ts'
import { readLock } from '../infra/watch/incidents.ts'
import { readGitHub } from '../infra/watch/target.ts'
import { command } from './common/command.ts'

await command(
  { name: 'update-locks', examples: ['HEAD_SHA=$(git rev-parse HEAD) npx tsx scripts/update-locks.ts'] },
  async ({ say }) => {
    const sha = process.env.HEAD_SHA ?? ''
    if (!/^[0-9a-f]{40}$/.test(sha))
      throw new ControlError('github-unconfigured', { variable: 'HEAD_SHA', why: 'bad' })
    const github = new GitHub(readGitHub(process.env))
    await markCandidate(github, { sha, base: 'main' }, await readLock(github), say)
    return 0
  },
)
