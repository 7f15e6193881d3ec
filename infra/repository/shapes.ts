import { z } from 'zod'

/** What GitHub answers about the repository itself, as far as it is used. */

const enabled = z.object({ enabled: z.boolean() })

export const repositoryShape = z.object({
  default_branch: z.string().min(1),
  private: z.boolean(),
  owner: z.object({ login: z.string(), type: z.string() }),
})

export const labelShape = z.object({ name: z.string() })

export const protectionShape = z.object({
  required_status_checks: z.object({ strict: z.boolean(), contexts: z.array(z.string()) }).nullish(),
  enforce_admins: enabled.nullish(),
  required_pull_request_reviews: z
    .object({
      require_code_owner_reviews: z.boolean().nullish(),
      dismiss_stale_reviews: z.boolean().nullish(),
      required_approving_review_count: z.int().nullish(),
      require_last_push_approval: z.boolean().nullish(),
    })
    .nullish(),
  restrictions: z
    .object({
      users: z.array(z.object({ login: z.string() })),
      teams: z.array(z.object({ slug: z.string() })),
      apps: z.array(z.object({ slug: z.string() })),
    })
    .nullish(),
  required_linear_history: enabled.nullish(),
  required_conversation_resolution: enabled.nullish(),
  allow_force_pushes: enabled.nullish(),
  allow_deletions: enabled.nullish(),
})
export type Protection = z.output<typeof protectionShape>

const reviewer = z.object({ type: z.enum(['User', 'Team']), reviewer: z.object({ id: z.int() }) })

export const environmentShape = z.object({
  name: z.string(),
  protection_rules: z
    .array(
      z.object({
        type: z.string(),
        wait_timer: z.int().nullish(),
        prevent_self_review: z.boolean().nullish(),
        reviewers: z.array(reviewer).nullish(),
      }),
    )
    .nullish(),
  deployment_branch_policy: z
    .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullish(),
})
export type Environment = z.output<typeof environmentShape>

export const policiesShape = z.object({
  branch_policies: z.array(z.object({ id: z.int(), name: z.string() })),
})

export const fileShape = z.object({ encoding: z.literal('base64'), content: z.string() })

export const codeownersErrorsShape = z.object({ errors: z.array(z.object({ line: z.int() })) })

export const branchShape = z.object({ name: z.string(), protected: z.boolean() })

/** An answer of which only its arrival matters. */
export const anyShape = z.unknown()
