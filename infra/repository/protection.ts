import { orNull } from '../errors.ts'
import type { Catalogue } from '../report/language/catalogue.ts'
import type { Lack } from '../report/language/repository-words.ts'
import type { GitHub } from '../watch/github.ts'
import { type Check, good, missing, wantsPlan, warning } from './check.ts'
import { anyShape, branchShape, type Protection, protectionShape } from './shapes.ts'
import { BRANCH, PROTECTION, REQUIRED_CHECKS } from './wanted.ts'

const PATH = '/repos/{owner}/{repo}/branches/{branch}/protection'

/** Whether nothing comes into main past the required checks and a code owner's review. */
export async function mainProtection(github: GitHub, { repository: say }: Catalogue): Promise<Check> {
  try {
    const there = await orNull(github.read(PATH, { branch: BRANCH }, protectionShape))
    const lacks = lacksOf(there)
    if (lacks.length === 0) return good(say.protected(BRANCH))
    const what = there === null ? say.notAtAllProtected(BRANCH) : say.unprotected(BRANCH, lacks)
    return missing(what, async () => {
      await github.write('PUT', PATH, { branch: BRANCH, ...bodyFor(there) }, anyShape)
    })
  } catch (error) {
    if (wantsPlan(error)) return missing(say.protectionNeedsPlan)
    throw error
  }
}

/**
 * Whether the ledger's history can be rewritten. The branch is the bot's: nothing else is asked of a push to it,
 * for the ledger's signature, and not the branch, is what readers believe.
 */
export async function ledgerBranch(
  github: GitHub,
  branch: string,
  { repository: say }: Catalogue,
): Promise<Check> {
  const there = await orNull(github.read('/repos/{owner}/{repo}/branches/{branch}', { branch }, branchShape))
  if (there === null) return warning(say.noLedgerBranch(branch))
  try {
    const now = await orNull(github.read(PATH, { branch }, protectionShape))
    if (now !== null && !now.allow_force_pushes?.enabled && !now.allow_deletions?.enabled)
      return good(say.ledgerBranch(branch))
    return missing(say.ledgerBranchUnprotected(branch), async () => {
      const body = {
        required_status_checks: null,
        required_pull_request_reviews: null,
        restrictions: null,
        enforce_admins: true,
        allow_force_pushes: false,
        allow_deletions: false,
      }
      await github.write('PUT', PATH, { branch, ...body }, anyShape)
    })
  } catch (error) {
    if (wantsPlan(error)) return warning(say.protectionNeedsPlan)
    throw error
  }
}

function lacksOf(there: Protection | null): readonly Lack[] {
  const checks = there?.required_status_checks
  const reviews = there?.required_pull_request_reviews
  const rules: readonly (readonly [Lack, boolean])[] = [
    ['requiredChecks', REQUIRED_CHECKS.every((name) => checks?.contexts.includes(name))],
    ['upToDate', checks?.strict === PROTECTION.strict],
    ['codeOwners', reviews?.require_code_owner_reviews === PROTECTION.codeOwnerReviews],
    ['approval', (reviews?.required_approving_review_count ?? 0) >= PROTECTION.approvals],
    ['staleReviews', reviews?.dismiss_stale_reviews === PROTECTION.dismissStaleReviews],
    ['administrators', there?.enforce_admins?.enabled === PROTECTION.enforceAdmins],
    ['forcePushes', there !== null && !there.allow_force_pushes?.enabled],
    ['deletions', there !== null && !there.allow_deletions?.enabled],
  ]
  return rules.filter(([, right]) => !right).map(([lack]) => lack)
}

/** The call replaces everything: what somebody has asked for beyond it is said again. */
function bodyFor(there: Protection | null) {
  const reviews = there?.required_pull_request_reviews
  const restrictions = there?.restrictions
  return {
    required_status_checks: {
      strict: PROTECTION.strict,
      contexts: [...new Set([...(there?.required_status_checks?.contexts ?? []), ...REQUIRED_CHECKS])],
    },
    enforce_admins: PROTECTION.enforceAdmins,
    required_pull_request_reviews: {
      require_code_owner_reviews: PROTECTION.codeOwnerReviews,
      dismiss_stale_reviews: PROTECTION.dismissStaleReviews,
      required_approving_review_count: Math.max(
        PROTECTION.approvals,
        reviews?.required_approving_review_count ?? 0,
      ),
      ...(reviews?.require_last_push_approval ? { require_last_push_approval: true } : {}),
    },
    restrictions: restrictions
      ? {
          users: restrictions.users.map(({ login }) => login),
          teams: restrictions.teams.map(({ slug }) => slug),
          apps: restrictions.apps.map(({ slug }) => slug),
        }
      : null,
    required_linear_history: there?.required_linear_history?.enabled ?? false,
    required_conversation_resolution: there?.required_conversation_resolution?.enabled ?? false,
    allow_force_pushes: PROTECTION.forcePushes,
    allow_deletions: PROTECTION.deletions,
  }
}
