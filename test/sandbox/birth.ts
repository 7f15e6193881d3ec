import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { newApiKeys, newSigningKey } from './keys.ts'
import type { Project, Store } from './state.ts'

type Wish = Pick<Project, 'ref' | 'name' | 'region' | 'size' | 'password' | 'phases' | 'seeded'>

/** A project nobody has yet: twenty random letters. */
export function newRef(store: Store): string {
  for (;;) {
    const ref = Array.from({ length: 20 }, () => String.fromCharCode(97 + randomInt(26))).join('')
    if (!store.find(ref)) return ref
  }
}

/** A password that nobody chose. */
export function newPassword(): string {
  return randomBytes(18).toString('base64url')
}

/** All that is known of a new project, with keys of its own. Its data folder is still to be made. */
export async function newProject(wish: Wish, id: number): Promise<Project> {
  const jwtSecret = randomBytes(30).toString('base64')
  const legacy = { kty: 'oct', k: Buffer.from(jwtSecret).toString('base64url') }
  return {
    ...wish,
    id,
    createdAt: new Date().toISOString(),
    shown: null,
    ready: false,
    sharedWith: null,
    readOnlyPassword: newPassword(),
    jwtSecret,
    keys: await newApiKeys(wish.ref, jwtSecret),
    keyIds: { publishable: randomUUID(), secret: randomUUID() },
    signingKeys: [
      await newSigningKey('ES256', 'in_use'),
      await newSigningKey('HS256', 'previously_used', legacy),
    ],
    thirdParties: [],
  }
}
