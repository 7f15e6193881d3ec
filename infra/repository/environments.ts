import { orNull } from '../errors.ts'
import type { Catalogue } from '../report/language/catalogue.ts'
import type { GitHub } from '../watch/github.ts'
import { type Check, good, missing, wantsPlan, warning } from './check.ts'
import { anyShape, type Environment, environmentShape, policiesShape } from './shapes.ts'
import { BRANCH, type ENVIRONMENTS } from './wanted.ts'

const PATH = '/repos/{owner}/{repo}/environments/{environment_name}'
const POLICIES = `${PATH}/deployment-branch-policies`

type Wanted = (typeof ENVIRONMENTS)[number]
type Policies = readonly { readonly id: number; readonly name: string }[]

/**
 * Whether an environment's secrets reach main's runs alone: on any other branch, whoever may push could read the
 * token of all databases. And, for the watch, whether nobody's approval can keep it waiting.
 */
export async function environment(
  github: GitHub,
  wanted: Wanted,
  { repository: say }: Catalogue,
): Promise<Check> {
  const { name } = wanted
  try {
    const there = await orNull(github.read(PATH, { environment_name: name }, environmentShape))
    const policies = there?.deployment_branch_policy?.custom_branch_policies
      ? (await github.read(POLICIES, { environment_name: name }, policiesShape)).branch_policies
      : null
    const mend = () => mendEnvironment(github, wanted, there, policies ?? [])
    if (there === null) return missing(say.noEnvironment(name, BRANCH), mend)
    const mainOnly = policies?.length === 1 && policies[0]?.name === BRANCH
    if (!mainOnly) return missing(say.environmentOpen(name, BRANCH), mend)
    if (!wanted.reviewers && waits(there)) return missing(say.environmentWaits(name), mend)
    return good(say.environment(name, BRANCH))
  } catch (error) {
    if (wantsPlan(error)) return missing(say.environmentNeedsPlan(name))
    throw error
  }
}

/**
 * Whether a person approves each run with an environment's secrets: without that, whoever may write starts them. A
 * hint: who it is only people can say, and not every plan has it.
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
 */
export async function approval(
  github: GitHub,
  { name }: Wanted,
  { repository: say }: Catalogue,
): Promise<Check> {
  try {
    const there = await orNull(github.read(PATH, { environment_name: name }, environmentShape))
    return there && approvalIn(there)?.reviewers?.length
      ? good(say.approval(name))
      : warning(say.noApproval(name))
  } catch (error) {
    if (wantsPlan(error)) return warning(say.noApproval(name))
    throw error
  }
}

async function mendEnvironment(
  github: GitHub,
  { name, reviewers }: Wanted,
  there: Environment | null,
  policies: Policies,
): Promise<void> {
  const kept = reviewers && there !== null ? rulesOf(there) : { wait_timer: 0, reviewers: null }
  const deployment_branch_policy = { protected_branches: false, custom_branch_policies: true }
  const body = { environment_name: name, ...kept, deployment_branch_policy }
  await github.write('PUT', PATH, body, anyShape)
  if (!policies.some((one) => one.name === BRANCH))
    await github.write('POST', POLICIES, { environment_name: name, name: BRANCH }, anyShape)
  for (const { id } of policies.filter((one) => one.name !== BRANCH)) {
    const one = { environment_name: name, branch_policy_id: id }
    await github.write('DELETE', `${POLICIES}/{branch_policy_id}`, one, anyShape)
  }
}

function waits({ protection_rules }: Environment): boolean {
  return (protection_rules ?? []).some(
    ({ type, wait_timer }) =>
      type === 'required_reviewers' || (type === 'wait_timer' && (wait_timer ?? 0) > 0),
  )
}

/** Who has to approve, and how long it waits, as the call wants it said again. */
function rulesOf(there: Environment) {
  const required = approvalIn(there)
  return {
    wait_timer: there.protection_rules?.find(({ type }) => type === 'wait_timer')?.wait_timer ?? 0,
    reviewers: required?.reviewers?.map(({ type, reviewer }) => ({ type, id: reviewer.id })) ?? null,
    ...(required?.prevent_self_review ? { prevent_self_review: true } : {}),
  }
}

function approvalIn({ protection_rules }: Environment) {
  return protection_rules?.find(({ type }) => type === 'required_reviewers')
}
