import type { ErrorCode, ErrorValues } from '../../errors.ts'
import type { FindingCode, FindingValues } from '../../isolation/finding.ts'
import type { Rule, RuleValues } from '../../registry/problem.ts'
import type { AdoptWords } from './adopt-words.ts'
import type { GatewayWords } from './gateway-words.ts'
import type { MoveWords } from './move-words.ts'
import type { PageWords } from './page-words.ts'
import type { PlanWords } from './plan-words.ts'
import type { ProposalWords } from './proposal-words.ts'
import type { PullRequestWords } from './pull-request.ts'
import type { RepositoryWords } from './repository-words.ts'
import type { WatchWords } from './watch-words.ts'
import type { Words } from './words.ts'

/** What is wrong, and what to do about it: each a sentence or two. */
export interface Said {
  readonly message: string
  readonly wayOut: string
}

/** Every sentence that an operator can meet. Both languages implement it, so neither can lack one. */
export interface Catalogue {
  readonly problems: { readonly [R in Rule]: (values: RuleValues[R]) => Said }
  readonly findings: { readonly [C in FindingCode]: (values: FindingValues[C]) => Said }
  readonly errors: { readonly [C in ErrorCode]: (values: ErrorValues[C]) => Said }
  readonly words: Words
  readonly watch: WatchWords
  readonly pullRequest: PullRequestWords
  readonly repository: RepositoryWords
  readonly adopt: AdoptWords
  readonly move: MoveWords
  readonly gateway: GatewayWords
  readonly page: PageWords
  readonly plan: PlanWords
  readonly proposal: ProposalWords
}
