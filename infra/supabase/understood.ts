import { z } from 'zod'
import { ControlError } from '../errors.ts'

const MOST_DETAIL = 300

/**
 * An answer, once it has the shape that it must have.
 * @throws ControlError `api-unintelligible`, which tells what is wrong where, and never a value
 */
export function understood<T>(call: string, answer: unknown, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(answer)
  if (parsed.success) return parsed.data
  const detail = z.prettifyError(parsed.error).replace(/\s+/g, ' ').slice(0, MOST_DETAIL)
  throw new ControlError('api-unintelligible', { call, detail })
}
