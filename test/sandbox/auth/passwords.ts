import { compare, hash } from 'bcryptjs'
import { AuthError } from './errors.ts'

const MIN_LENGTH = 6
/** bcrypt reads no further. */
const MAX_BYTES = 72
const COST = 10

/** The hash that is kept of a password. */
export async function hashPassword(password: string): Promise<string> {
  return hash(password, COST)
}

/** Whether the password is the one; a hash that is none, or of another kind than bcrypt, fits no password. */
export async function fits(password: string, kept: string | null): Promise<boolean> {
  if (!kept) return false
  return compare(password, kept).catch(() => false)
}

/** @throws AuthError `weak_password`, `validation_failed` */
export function refuseWeak(password: string): void {
  if (password.length < MIN_LENGTH) {
    const message = `Password should be at least ${MIN_LENGTH} characters.`
    throw new AuthError(422, 'weak_password', message, { weak_password: { reasons: ['length'] } })
  }
  if (Buffer.byteLength(password) > MAX_BYTES) {
    const message = `Password cannot be longer than ${MAX_BYTES} characters`
    throw new AuthError(400, 'validation_failed', message)
  }
}
