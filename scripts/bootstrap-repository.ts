import './common/node.ts'
import { bootstrap } from '../infra/repository/bootstrap.ts'
import { GitHub } from '../infra/watch/github.ts'
import { readGitHub } from '../infra/watch/target.ts'
import { command } from './common/command.ts'

await command(
  {
    name: 'bootstrap-repository',
    options: ['apply'],
    examples: [
      'GITHUB_TOKEN=$(gh auth token) GITHUB_REPOSITORY=owner/name npx tsx scripts/bootstrap-repository.ts',
      'npm run bootstrap-repository -- --apply',
    ],
  },
  ({ options, say, print }) =>
    bootstrap(new GitHub(readGitHub(process.env)), say, { apply: options.apply === true, print }),
)
