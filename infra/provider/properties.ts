import * as runtime from '@pulumi/pulumi/runtime/index.js'
import { z } from 'zod'
import { ControlError } from '../errors.ts'
import { isRef, type Ref } from '../registry/ref.ts'
import { isSlug, type Slug } from '../registry/slug.ts'

/** How the engine writes a secret value: https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/rpc.ts */
const secretValue = z
  .object({ [runtime.specialSigKey]: z.literal(runtime.specialSecretSig), value: z.string() })
  .transform(({ value }) => String(value))

/** Marks a value as secret, so that the engine encrypts it in its state. */
export function secret(value: string): Record<string, string> {
  return { [runtime.specialSigKey]: runtime.specialSecretSig, value }
}

const slug = z.string().transform((text, context): Slug => (isSlug(text) ? text : none(context)))
const ref = z.string().transform((text, context): Ref => (isRef(text) ? text : none(context)))
const publicKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  kid: z.string().optional(),
})

const fixed = { slug, organization: z.string(), region: z.string(), size: z.string() }

/** What the program asks for. */
const projectInputs = z.object({
  ...fixed,
  /** Only when an existing project is adopted. */
  ref: ref.optional(),
  /** Only when one is to be created. Not known while previewing. */
  password: z.union([secretValue, z.string()]).optional(),
  waitSeconds: z.number().nonnegative(),
  /** The keys whose nameplates are honoured. Public, hence no secret. */
  publicKeys: z
    .array(publicKey)
    .transform((keys) => keys.map(({ kid, ...key }) => (kid === undefined ? key : { ...key, kid }))),
})
export type ProjectInputs = z.infer<typeof projectInputs>

/** What state keeps of a project. `finished`: healthy and plated once, so `recorded` may count on it. */
const projectState = z.object({ ...fixed, ref, publishableKey: z.string(), finished: z.boolean() })
export type ProjectState = z.infer<typeof projectState>

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
