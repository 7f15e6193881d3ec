import { specialSecretSig, specialSigKey } from '@pulumi/pulumi/runtime/rpc.js'
import { z } from 'zod'
import { ControlError } from '../errors.ts'
import { isRef, type Ref } from '../registry/ref.ts'
import { isSlug, type Slug } from '../registry/slug.ts'

/** How the engine writes a secret value: https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/rpc.ts */
const secretValue = z
  .object({ [specialSigKey]: z.literal(specialSecretSig), value: z.string() })
  .transform(({ value }) => String(value))

/** Marks a value as secret, so that the engine encrypts it in its state. */
export function secret(value: string): Record<string, string> {
  return { [specialSigKey]: specialSecretSig, value }
}

const slug = z.string().transform((text, context): Slug => (isSlug(text) ? text : none(context)))
const ref = z.string().transform((text, context): Ref => (isRef(text) ? text : none(context)))
const publicKeys = z
  .array(
    z.object({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.string(),
      kid: z.string().optional(),
    }),
  )
  .transform((keys) => keys.map(({ kid, ...key }) => (kid === undefined ? key : { ...key, kid })))

const common = { slug, organization: z.string(), region: z.string(), size: z.string() }

/** What the program asks for. */
const projectInputs = z.object({
  ...common,
  /** It is to rest, once it is plated. */
  paused: z.boolean(),
  /** Only when an existing project is adopted. */
  ref: ref.optional(),
  /** The ref that the orchestra had before, when that of `ref` takes its place. */
  replaces: ref.optional(),
  /** The ref once more: the orchestra is to end. */
  retire: ref.optional(),
  /** Only when one is to be created. Not known while previewing. */
  password: z.union([secretValue, z.string()]).optional(),
  waitSeconds: z.number().nonnegative(),
  /** The keys whose nameplates are honoured. Public, hence no secret. */
  publicKeys,
})
export type ProjectInputs = z.infer<typeof projectInputs>

/** What state keeps of a project, size and rest as they were reached. */
const projectState = z.object({
  ...common,
  ref,
  publishableKey: z.string(),
  /** Healthy and plated once, so `recorded` may count on it. */
  finished: z.boolean(),
  /** Missing in states that are older than pausing. */
  paused: z.boolean().default(false),
  /** Its file has announced that it is to end, and an apply has seen that: the ref, as it stood there. */
  retiring: ref.nullable().default(null),
})
export type ProjectState = z.infer<typeof projectState>

/** Which databases a run has made sure may be deleted, and by which keys it knows their plates. */
const permit = z.object({ refs: z.array(ref), publicKeys })
export type Permit = z.infer<typeof permit>

/** Where the provider finds its permit: it stands in no state, so it holds for one run only. */
export const PERMIT_VARIABLE = 'CONTROL_RETIRE'

/** The permit of the run that started this provider; without one nothing may be deleted. */
export function readPermit(env: NodeJS.ProcessEnv): Permit {
  const text = env[PERMIT_VARIABLE]
  return text ? read(permit, JSON.parse(text)) : { refs: [], publicKeys: [] }
}

/** @throws ControlError `engine-failed`: the program and the provider are of different versions */
export function readInputs(properties: unknown): ProjectInputs {
  return read(projectInputs, properties)
}

/** @throws ControlError `engine-failed`: the state was written by another version */
export function readState(properties: unknown): ProjectState {
  return read(projectState, properties)
}

function read<T>(shape: z.ZodType<T>, properties: unknown): T {
  const parsed = shape.safeParse(properties)
  if (parsed.success) return parsed.data
  // values are left out of the message: one of them is a password
  const where = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')
  throw new ControlError('engine-failed', { detail: `properties not understood: ${where}` })
}

function none(context: z.RefinementCtx): never {
  context.addIssue({ code: 'custom', message: 'of another form' })
  return z.NEVER
}
