import { LABEL as NEW_ORCHESTRA } from '../proposal/form.ts'
import { ISOLATION_LOCK } from '../watch/checks.ts'
import { LABEL } from '../watch/incidents.ts'

/** What the repository must be on GitHub. The workflows rely on every name here. */

export const BRANCH = 'main'

/** The job `required` of the workflow Pull request, and the check run that the watch keeps. */
export const REQUIRED_CHECKS: readonly string[] = ['required', ISOLATION_LOCK]

export const LABELS = [
  { name: LABEL, color: 'b60205', description: 'Opened and closed by the watch; it locks new orchestras.' },
  { name: NEW_ORCHESTRA, color: '0e8a16', description: 'Asks for a new orchestra; a workflow answers.' },
] as const

/** `reviewers`: whether an approval may be waited for. One would silence the watch. */
export const ENVIRONMENTS = [
  { name: 'production', reviewers: true },
  { name: 'watch', reviewers: false },
] as const

/** A file of each kind that nobody changes without a code owner's review. */
export const CODE: readonly string[] = [
  '.github/workflows/provision.yml',
  '.github/actions/set-up/action.yml',
  '.github/orchestras.yml',
  '.github/CODEOWNERS',
  '.github/ISSUE_TEMPLATE/new-orchestra.yml',
  'infra/index.ts',
  'infra/isolation/judge.ts',
  'scripts/provision.ts',
  'scripts/common/means.ts',
  'test/setup.ts',
  'package.json',
  'package-lock.json',
  'orchestras/malmo.yaml',
]

/**
 * What the protection of `main` must say. It holds for administrators, too: with it off, each of their merges would
 * pass a red lock in silence; with it on they must take it off first, which stands in the audit log.
 */
export const PROTECTION = {
  strict: true,
  enforceAdmins: true,
  codeOwnerReviews: true,
  dismissStaleReviews: true,
  approvals: 1,
  forcePushes: false,
  deletions: false,
} as const
