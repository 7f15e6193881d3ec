import type { Context } from 'hono'
import { z } from 'zod'
import type { Env } from '../http.ts'
import { AuthError } from './errors.ts'

/** Go's JSON: what is absent or null is empty, and what is not known is not looked at. */
export const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '')
export const Flag = z
  .boolean()
  .nullish()
  .transform((flag) => flag ?? false)
export const Data = z.record(z.string(), z.unknown()).nullish()

/** The body as the schema wants it. @throws AuthError `bad_json` */
export async function bodyIn<T>(c: Context<Env>, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text()
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw badJson(error instanceof Error ? error.message : 'not JSON')
  }
  const parsed = schema.safeParse(json ?? {})
  if (parsed.success) return parsed.data
  throw badJson(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}

function badJson(why: string): AuthError {
  return new AuthError(400, 'bad_json', `Could not parse request body as JSON: ${why}`)
}
