import { randomInt } from 'node:crypto'

const LENGTH = 40
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** A database password: 238 bits, of letters and digits only, so that it stands in a connection URL as it is. */
export function newPassword(): string {
  return Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('')
}
