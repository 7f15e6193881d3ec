import './common/node.ts'
import { z } from 'zod'
import { ControlError } from '../infra/errors.ts'
import { LABEL } from '../infra/proposal/form.ts'
import { answerIssue } from '../infra/proposal/propose.ts'
import { proposalLines } from '../infra/report/proposal.ts'
import { printable } from '../infra/report/text.ts'
import { GitHub } from '../infra/watch/github.ts'
import { readGitHub } from '../infra/watch/target.ts'
import { command } from './common/command.ts'
import { trustBy } from './common/given-ledger.ts'

await command(
  { name: 'propose-orchestra', examples: ['ISSUE=12 npx tsx scripts/propose-orchestra.ts'] },
  async ({ options, say, print }) => {
    const issue = z.coerce.number().int().positive().safeParse(process.env.ISSUE)
    if (!issue.success) throw new ControlError('github-unconfigured', { variable: 'ISSUE', why: 'bad' })
    const github = new GitHub(readGitHub(process.env))
    const { orchestras: folder } = options
    const trust = await trustBy(folder)
    const answered = await answerIssue({ github, folder, trust, say }, issue.data)
    if (answered === null) {
      print(say.proposal.notAsked(issue.data, LABEL))
      return 0
    }
    const { outcome, swept } = answered
    for (const line of proposalLines(outcome, swept, say)) print(printable(line))
    if (outcome.kind === 'failed') return 2
    return outcome.kind === 'ready' || outcome.kind === 'closed' ? 0 : 1
  },
)
