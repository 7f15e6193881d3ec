import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { z } from 'zod'
import { ApiError, bodyOf, type Env, projectOf, type Room } from '../http.ts'
import { fingerprint, newSigningKey, publicJwk } from '../keys.ts'
import type { Project, SigningKey } from '../state.ts'

const Creation = z.object({
  oidc_issuer_url: z.string().optional(),
  jwks_url: z.string().optional(),
  custom_jwks: z.unknown().optional(),
})

const NewKey = z.strictObject({
  algorithm: z.enum(['ES256', 'RS256', 'EdDSA', 'HS256']),
  status: z.enum(['in_use', 'standby']).default('standby'),
  private_jwk: z.looseObject({ kty: z.enum(['EC', 'RSA', 'OKP', 'oct']) }).optional(),
})

const KeyStatus = z.strictObject({ status: z.enum(['in_use', 'previously_used', 'revoked', 'standby']) })

export function authRoutes(room: Room): Hono<Env> {
  const { store } = room
  const base = '/v1/projects/:ref/config/auth'
  return new Hono<Env>()
    .get('/v1/projects/:ref/api-keys', (c) =>
      c.json(apiKeys(projectOf(c, room), c.req.query('reveal') === 'true')),
    )
    .get(`${base}/third-party-auth`, (c) => c.json(projectOf(c, room).thirdParties.map(thirdParty)))
    .post(`${base}/third-party-auth`, async (c) => {
      const project = projectOf(c, room)
      const wish = await bodyOf(c, Creation)
      if (!wish.oidc_issuer_url && !wish.jwks_url && !wish.custom_jwks) {
        throw new ApiError(400, 'One of oidc_issuer_url, jwks_url or custom_jwks must be given')
      }
      const added = {
        id: randomUUID(),
        oidcIssuerUrl: wish.oidc_issuer_url ?? null,
        jwksUrl: wish.jwks_url ?? null,
        customJwks: wish.custom_jwks ?? null,
        insertedAt: new Date().toISOString(),
      }
      project.thirdParties.push(added)
      await store.save()
      return c.json(thirdParty(added), 201)
    })
    .get(`${base}/third-party-auth/:id`, (c) =>
      c.json(thirdParty(one(projectOf(c, room), c.req.param('id')))),
    )
    .delete(`${base}/third-party-auth/:id`, async (c) => {
      const project = projectOf(c, room)
      const gone = one(project, c.req.param('id'))
      project.thirdParties = project.thirdParties.filter((other) => other !== gone)
      await store.save()
      return c.json(thirdParty(gone))
    })
    .get(`${base}/signing-keys`, (c) => c.json({ keys: projectOf(c, room).signingKeys.map(signingKey) }))
    .post(`${base}/signing-keys`, async (c) => {
      const project = projectOf(c, room)
      const { algorithm, status, private_jwk: imported } = await bodyOf(c, NewKey)
      const key = await newSigningKey(algorithm, status, imported)
      project.signingKeys.unshift(key)
      onlyInUse(project, key)
      await store.save()
      return c.json(signingKey(key), 201)
    })
    .patch(`${base}/signing-keys/:id`, async (c) => {
      const project = projectOf(c, room)
      const { status } = await bodyOf(c, KeyStatus)
      const key = project.signingKeys.find(({ id }) => id === c.req.param('id'))
      if (!key) throw new ApiError(404, 'Signing key not found')
      Object.assign(key, { status, updatedAt: new Date().toISOString() })
      onlyInUse(project, key)
      await store.save()
      return c.json(signingKey(key))
    })
}

function onlyInUse(project: Project, key: SigningKey): void {
  if (key.status !== 'in_use') return
  for (const other of project.signingKeys) {
    if (other !== key && other.status === 'in_use') other.status = 'previously_used'
  }
}

function apiKeys({ keys, keyIds, createdAt }: Project, reveal: boolean) {
  const legacy = (name: string, key: string) => ({
    ...{ name, api_key: key, id: name, type: 'legacy', ...fingerprint(key) },
    description: `Legacy ${name} API key`,
  })
  const opaque = (type: 'publishable' | 'secret', key: string, template: object | null) => ({
    ...{ id: keyIds[type], name: 'default', type, api_key: key, description: null },
    ...{ secret_jwt_template: template, ...fingerprint(key) },
    ...{ inserted_at: createdAt, updated_at: createdAt },
  })
  const secret = reveal ? keys.secret : `${fingerprint(keys.secret).prefix}${'·'.repeat(15)}`
  return [
    legacy('anon', keys.anon),
    legacy('service_role', keys.serviceRole),
    opaque('publishable', keys.publishable, null),
    { ...opaque('secret', keys.secret, { role: 'service_role' }), api_key: secret },
  ]
}

function one(project: Project, id: string): Project['thirdParties'][number] {
  const found = project.thirdParties.find((other) => other.id === id)
  if (!found) throw new ApiError(404, 'Third-party auth integration not found')
  return found
}

function thirdParty({ id, oidcIssuerUrl, jwksUrl, customJwks, insertedAt }: Project['thirdParties'][number]) {
  return {
    id,
    type: oidcIssuerUrl ? 'oidc' : jwksUrl ? 'jwks' : 'custom',
    oidc_issuer_url: oidcIssuerUrl,
    jwks_url: jwksUrl,
    custom_jwks: customJwks,
    resolved_jwks: customJwks,
    inserted_at: insertedAt,
    updated_at: insertedAt,
    resolved_at: null,
  }
}

function signingKey(key: SigningKey) {
  const { id, algorithm, status, createdAt, updatedAt } = key
  return { id, algorithm, status, public_jwk: publicJwk(key), created_at: createdAt, updated_at: updatedAt }
}
