import type { Catalogue } from './catalogue.ts'
import { adopt as enAdopt } from './en/adopt.ts'
import { errors as enErrors } from './en/errors.ts'
import { findings as enFindings } from './en/findings.ts'
import { gateway as enGateway } from './en/gateway.ts'
import { move as enMove } from './en/move.ts'
import { page as enPage } from './en/page.ts'
import { plan as enPlan } from './en/plan.ts'
import { problems as enProblems } from './en/problems.ts'
import { proposal as enProposal } from './en/proposal.ts'
import { pullRequest as enPullRequest } from './en/pull-request.ts'
import { repository as enRepository } from './en/repository.ts'
import { watch as enWatch } from './en/watch.ts'
import { words as enWords } from './en/words.ts'
import { adopt as svAdopt } from './sv/adopt.ts'
import { errors as svErrors } from './sv/errors.ts'
import { findings as svFindings } from './sv/findings.ts'
import { gateway as svGateway } from './sv/gateway.ts'
import { move as svMove } from './sv/move.ts'
import { page as svPage } from './sv/page.ts'
import { plan as svPlan } from './sv/plan.ts'
import { problems as svProblems } from './sv/problems.ts'
import { proposal as svProposal } from './sv/proposal.ts'
import { pullRequest as svPullRequest } from './sv/pull-request.ts'
import { repository as svRepository } from './sv/repository.ts'
import { watch as svWatch } from './sv/watch.ts'
import { words as svWords } from './sv/words.ts'
import type { Language } from './words.ts'

export const catalogues: { readonly [L in Language]: Catalogue } = {
  sv: {
    problems: svProblems,
    findings: svFindings,
    errors: svErrors,
    words: svWords,
    watch: svWatch,
    pullRequest: svPullRequest,
    repository: svRepository,
    adopt: svAdopt,
    move: svMove,
    gateway: svGateway,
    page: svPage,
    plan: svPlan,
    proposal: svProposal,
  },
  en: {
    problems: enProblems,
    findings: enFindings,
    errors: enErrors,
    words: enWords,
    watch: enWatch,
    pullRequest: enPullRequest,
    repository: enRepository,
    adopt: enAdopt,
    move: enMove,
    gateway: enGateway,
    page: enPage,
    plan: enPlan,
    proposal: enProposal,
  },
}
