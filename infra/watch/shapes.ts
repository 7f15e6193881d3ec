import { z } from 'zod'

/** What GitHub answers, as far as it is used. Whatever does not fit is an error, never an empty list. */

const user = z.object({ login: z.string() })
const sha = z.string().regex(/^[0-9a-f]{40,64}$/)

export const issueShape = z.object({
  number: z.int().positive(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']),
  html_url: z.string(),
  created_at: z.string(),
  closed_at: z.string().nullish(),
  closed_by: user.nullish(),
  user: user.nullable(),
  labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() })])),
  assignees: z.array(user).nullish(),
  /** There only for a pull request: the API lists both. */
  pull_request: z.unknown().optional(),
})
export type Issue = z.infer<typeof issueShape>

export const commentShape = z.object({
  id: z.int().positive(),
  body: z.string().nullish(),
  user: user.nullable(),
})

export const repositoryShape = z.object({ default_branch: z.string().min(1) })

export const commitShape = z.object({ sha })
export const datedCommitShape = z.object({
  commit: z.object({ committer: z.object({ date: z.iso.datetime({ offset: true }) }) }),
})

export const checkRunShape = z.object({
  id: z.int().positive(),
  name: z.string(),
  head_sha: sha,
  status: z.string(),
  conclusion: z.string().nullish(),
  external_id: z.string().nullish(),
  output: z.object({ title: z.string().nullish(), summary: z.string().nullish() }),
})
export type CheckRun = z.infer<typeof checkRunShape>

export const checkRunsShape = z.object({ check_runs: z.array(checkRunShape) })

export const workflowRunsShape = z.object({
  workflow_runs: z.array(
    z.object({
      status: z.string().nullable(),
      head_sha: sha,
      created_at: z.iso.datetime({ offset: true }),
    }),
  ),
})

export const pullShape = z.object({
  number: z.int().positive(),
  head: z.object({ sha }),
  base: z.object({ ref: z.string().min(1) }),
})

export const comparisonShape = z.object({
  files: z.array(z.object({ filename: z.string(), status: z.string() })),
})
