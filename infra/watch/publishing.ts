import { z } from 'zod'
import { orNull } from '../errors.ts'
import type { GitHub } from './github.ts'

const repositoryShape = z.object({ private: z.boolean() })
/** `build_type` is `workflow` where a workflow puts the files there, and `legacy` where a branch does. */
const siteShape = z.object({ public: z.boolean(), build_type: z.string().nullish() })

/**
 * Who would read the page on GitHub Pages. `allowed`: none but those who can read the repository, too. `everyone`:
 * more than these. `nobody`: there is no site that a workflow may write.
 */
export type Readers = 'allowed' | 'everyone' | 'nobody'

/**
 * Asks GitHub who would read the page. It names breaches, so it goes nowhere where more people look than into the
 * repository itself. Source: https://docs.github.com/rest/pages/pages#get-a-github-pages-site
 * @throws ControlError `github-refused`, `github-unreachable`, `github-unintelligible`: then nobody may publish
 */
export async function readersOf(github: GitHub): Promise<Readers> {
  const repository = await github.read('/repos/{owner}/{repo}', {}, repositoryShape)
  const site = await orNull(github.read('/repos/{owner}/{repo}/pages', {}, siteShape))
  if (site?.build_type !== 'workflow') return 'nobody'
  return site.public && repository.private ? 'everyone' : 'allowed'
}
