import { z } from 'zod'
import { isRef, type Ref } from '../registry/ref.ts'

/** A ref as the API writes it; anything else is an answer that we do not understand. */
export const ref = z.string().transform((text, context): Ref => {
  if (isRef(text)) return text
  context.addIssue({ code: 'custom', message: 'not a ref' })
  return z.NEVER
})

/** Status words are kept open: a new one is not an error, it is just not healthy. */
const status = z.string().regex(/^[A-Z_]{1,40}$/)

export const project = z.object({
  ref,
  organization_slug: z.string(),
  name: z.string(),
  region: z.string(),
  status,
})

export type Project = z.infer<typeof project>

export const renamed = z.object({ ref, name: z.string() })

export const listedProject = z.object({
  ref,
  name: z.string(),
  region: z.string(),
  is_branch: z.boolean(),
  status,
  /** The primary, and the replicas that read from it. */
  databases: z.array(z.object({ type: z.string(), infra_compute_size: z.string().nullish() })).optional(),
})
export type ListedProject = z.infer<typeof listedProject>

export const projectPage = z.object({
  projects: z.array(listedProject),
  pagination: z.object({ count: z.number().int().nonnegative() }),
})

/** What answers nothing but that it was done. */
export const nothing = z.unknown()

export const addons = z.object({
  selected_addons: z.array(z.object({ type: z.string(), variant: z.object({ id: z.string() }) })),
})

export const backups = z.object({
  pitr_enabled: z.boolean(),
  backups: z.array(z.object({ status: z.string(), inserted_at: z.string() })),
  physical_backup_data: z.object({ latest_physical_backup_date_unix: z.number().optional() }),
})
export type Backups = z.infer<typeof backups>

export const serviceHealth = z.array(z.object({ name: z.string(), status, error: z.string().optional() }))
export type ServiceHealth = z.infer<typeof serviceHealth>[number]

export const apiKeys = z.array(
  z.object({ name: z.string(), type: z.string().nullish(), api_key: z.string().nullish() }),
)

export const dataApi = z.object({ db_schema: z.string() })

export const rows = z.array(z.record(z.string(), z.unknown()))

export const thirdPartyAuth = z.array(
  z.object({
    oidc_issuer_url: z.string().nullish(),
    jwks_url: z.string().nullish(),
    custom_jwks: z.unknown().optional(),
    resolved_jwks: z.unknown().optional(),
  }),
)
export type ThirdPartyAuth = z.infer<typeof thirdPartyAuth>[number]

/** Public keys as an issuer publishes them; each is kept whole so that its thumbprint can be taken. */
export const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) })
