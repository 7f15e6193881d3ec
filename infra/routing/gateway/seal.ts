import { hkdfSync, randomBytes } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { z } from 'zod'
import { ControlError } from '../../errors.ts'
import { isRef, type Ref } from '../../registry/ref.ts'
import { isSlug, type Slug } from '../../registry/slug.ts'

/** A project's refresh token, and whose it is. */
export interface Sealed {
  readonly slug: Slug
  readonly ref: Ref
  readonly token: string
}

const LEAST_BYTES = 32
/** In characters: of a project's own token (GoTrue's have 12), and of a sealed one. */
const MOST_TOKEN = 2_048
const MOST_SEALED = 4_096
const ALGORITHMS = { alg: 'dir', enc: 'A256GCM' } as const
const TYPE = 'refresh-token'

const shape = z.strictObject({
  slug: z.custom<Slug>((value) => typeof value === 'string' && isSlug(value)),
  ref: z.custom<Ref>((value) => typeof value === 'string' && isRef(value)),
  token: z.string().min(1).max(MOST_TOKEN),
})

/**
 * Refresh tokens say nothing of whose they are, so one orchestra's could be tried at another's project. Each goes
 * out sealed with its orchestra, and comes back so (RFC 7516).
 */
export class Seal {
  readonly #key: Uint8Array

  /**
   * `secret`: shared by all processes that serve one application; without it what is sealed ends with this process.
   * @throws ControlError `gateway-secret-bad`
   */
  constructor(secret: string | undefined) {
    if (secret !== undefined && Buffer.byteLength(secret) < LEAST_BYTES) {
      throw new ControlError('gateway-secret-bad', { bytes: Buffer.byteLength(secret), least: LEAST_BYTES })
    }
    const material = secret === undefined ? randomBytes(LEAST_BYTES) : secret
    this.#key = new Uint8Array(hkdfSync('sha256', material, '', 'orchestra gateway: refresh tokens', 32))
  }

  /** @throws ZodError for what no project gives */
  async close(sealed: Sealed): Promise<string> {
    const text = new TextEncoder().encode(JSON.stringify(shape.parse(sealed)))
    return new CompactEncrypt(text).setProtectedHeader({ ...ALGORITHMS, typ: TYPE }).encrypt(this.#key)
  }

  /** What was sealed here, or null for anything else. Never throws. */
  async open(text: string): Promise<Sealed | null> {
    if (text.length > MOST_SEALED) return null
    try {
      const { plaintext, protectedHeader } = await compactDecrypt(text, this.#key, {
        keyManagementAlgorithms: [ALGORITHMS.alg],
        contentEncryptionAlgorithms: [ALGORITHMS.enc],
      })
      if (protectedHeader.typ !== TYPE) return null
      return shape.parse(JSON.parse(new TextDecoder().decode(plaintext)))
    } catch {
      return null
    }
  }
}
