import { z } from 'zod'

/** What GitHub answers of branches and of who may write, as far as it is used. */

const sha = z.string().regex(/^[0-9a-f]{40,64}$/)

export const refShape = z.object({ ref: z.string().startsWith('refs/heads/'), object: z.object({ sha }) })
export const refsShape = z.array(refShape)

/** A tree or a commit that was made. */
export const madeShape = z.object({ sha })

/** `author`: null when GitHub knows nobody by the commit's mail address. */
export const commitShape = z.object({
  sha,
  author: z.object({ login: z.string() }).nullable(),
  commit: z.object({ message: z.string(), tree: z.object({ sha }) }),
})

/** `commits`: at most 250 of them. */
export const comparisonShape = z.object({
  ahead_by: z.int().nonnegative(),
  commits: z.array(commitShape),
})

export const fileShape = z.object({ encoding: z.literal('base64'), content: z.string() })

export const pullsShape = z.array(z.object({ number: z.int().positive(), html_url: z.url() }))

/**
 * `maintain` is answered as `write`, `triage` as `read`.
 * Source: https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
 */
export const permissionShape = z.object({ permission: z.enum(['admin', 'write', 'read', 'none']) })
