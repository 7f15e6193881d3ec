import { orNull } from '../errors.ts'
import { LEDGER_BRANCH } from '../ledger/publish-github.ts'
import type { Catalogue } from '../report/language/catalogue.ts'
import type { GitHub } from '../watch/github.ts'
import { type Check, good, missing, told, warning } from './check.ts'
import { unowned } from './codeowners.ts'
import { approval, environment } from './environments.ts'
import { ledgerBranch, mainProtection } from './protection.ts'
import { anyShape, codeownersErrorsShape, fileShape, labelShape, repositoryShape } from './shapes.ts'
import { BRANCH, CODE, ENVIRONMENTS, LABELS } from './wanted.ts'

const LABEL_PATH = '/repos/{owner}/{repo}/labels'
const CODEOWNERS = '.github/CODEOWNERS'

/** What the repository must be on GitHub, each with what makes it so; only reads. */
export async function inspectRepository(github: GitHub, say: Catalogue): Promise<readonly Check[]> {
  const { names } = say.repository
  const checks = [await told(names.repository, say, () => visibility(github, say))]
  for (const one of LABELS) checks.push(await told(one.name, say, () => label(github, one, say)))
  checks.push(
    await told(CODEOWNERS, say, () => codeOwners(github, say)),
    await told(names.protection(BRANCH), say, () => mainProtection(github, say)),
  )
  for (const one of ENVIRONMENTS) {
    checks.push(await told(names.environment(one.name), say, () => environment(github, one, say)))
    if (one.reviewers)
      checks.push(await told(names.approval(one.name), say, () => approval(github, one, say)))
  }
  checks.push(
    await told(names.protection(LEDGER_BRANCH), say, () => ledgerBranch(github, LEDGER_BRANCH, say)),
  )
  return checks
}

/** An incident names breaches: nobody outside may read it. */
async function visibility(github: GitHub, { repository: say }: Catalogue): Promise<Check> {
  const found = await github.read('/repos/{owner}/{repo}', {}, repositoryShape)
  if (found.default_branch !== BRANCH) return missing(say.otherDefault(found.default_branch, BRANCH))
  return found.private ? good(say.isPrivate) : warning(say.isPublic)
}

async function label(
  github: GitHub,
  wanted: (typeof LABELS)[number],
  { repository: say }: Catalogue,
): Promise<Check> {
  const { name } = wanted
  if (await orNull(github.read(`${LABEL_PATH}/{name}`, { name }, labelShape))) return good(say.label(name))
  return missing(say.noLabel(name), async () => {
    await github.write('POST', LABEL_PATH, wanted, anyShape)
  })
}

/** What stands on the default branch decides who has to review. It comes there by a pull request alone. */
async function codeOwners(github: GitHub, { repository: say }: Catalogue): Promise<Check> {
  const path = `/repos/{owner}/{repo}/contents/${CODEOWNERS}`
  const file = await orNull(github.read(path, { ref: BRANCH }, fileShape))
  if (file === null) return missing(say.noCodeOwners(CODEOWNERS))
  const open = unowned(Buffer.from(file.content, 'base64').toString('utf8'), CODE)
  if (open.length > 0) return missing(say.codeOwnersLack(CODEOWNERS, open))
  const { errors } = await github.read(
    '/repos/{owner}/{repo}/codeowners/errors',
    { ref: BRANCH },
    codeownersErrorsShape,
  )
  if (errors.length > 0)
    return missing(
      say.codeOwnersErrors(
        CODEOWNERS,
        errors.map(({ line }) => line),
      ),
    )
  return good(say.codeOwners(CODEOWNERS))
}
