import { describe, expect, test } from 'vitest'
import { projectUrl, readTarget } from '../../infra/supabase/target.ts'
import { allOf, failure, ref } from './server.ts'

const read = (SUPABASE_API_URL?: string, env: NodeJS.ProcessEnv = {}) =>
  readTarget({ ...env, ...(SUPABASE_API_URL === undefined ? {} : { SUPABASE_API_URL }) })
const refused = (url: string, env: NodeJS.ProcessEnv = {}) =>
  failure((async () => read(url, env))(), 'api-url-refused')

describe('the real API', () => {
  const real = { apiUrl: 'https://api.supabase.com', source: 'supabase' }
  test.each([
    undefined,
    '',
    'https://api.supabase.com',
    'https://api.supabase.com/',
    'https://api.supabase.com///',
    'https://API.Supabase.com:443/',
  ])('is meant by %j, in Actions too', (url) => {
    expect(read(url)).toEqual(real)
    expect(read(url, { GITHUB_ACTIONS: 'true' })).toEqual(real)
  })
})

describe('another API', () => {
  test.each([
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
    ['http://localhost:4000///', 'http://localhost:4000'],
    ['http://[::1]:4000/', 'http://[::1]:4000'],
    ['https://sandbox.example/base/', 'https://sandbox.example/base'],
    ['https://sandbox.example/base?', 'https://sandbox.example/base'],
    ['https://sandbox.example#', 'https://sandbox.example'],
    ['https://api.supabase.com.evil.example', 'https://api.supabase.com.evil.example'],
    ['https://api.supabase.com:8443', 'https://api.supabase.com:8443'],
  ])('%s is a sandbox, whose proof is none', (url, apiUrl) => {
    expect(read(url)).toEqual({ apiUrl, source: 'sandbox' })
  })

  test.each([
    'http://sandbox.example',
    'http://api.supabase.com',
    'http://127.0.0.1.example',
    'http://localhost.example:4000',
    'http://10.0.0.1',
  ])('%s is refused: the token would go there in clear', async (url) => {
    expect((await refused(url)).values).toEqual({ url, why: 'in-clear' })
  })

  test('is refused in Actions, unless a test asks for it', async () => {
    const url = 'http://127.0.0.1:4000'
    for (const ALLOW_SANDBOX_API of [undefined, '', 'false', '1'])
      expect((await refused(url, { GITHUB_ACTIONS: 'true', ALLOW_SANDBOX_API })).values).toEqual({
        url,
        why: 'in-actions',
      })
    expect(read(url, { GITHUB_ACTIONS: 'true', ALLOW_SANDBOX_API: 'true' }).source).toBe('sandbox')
    await refused('http://sandbox.example', { GITHUB_ACTIONS: 'true', ALLOW_SANDBOX_API: 'true' })
  })
})

describe('an address that is none is refused, and no secret in it is told', () => {
  test.each([
    'https://user:s3cret@sandbox.example',
    'https://:s3cret@sandbox.example',
    'https://s3cret@sandbox.example',
    'https:user:s3cret@sandbox.example',
    'https:\\\\user:s3cret@sandbox.example',
    'https://us\ner:s3c\nret@sandbox.example',
    'https://user:s3cret@sandbox.example/a@b',
    'https://sandbox.example/?token=s3cret',
    'https://sandbox.example/#s3cret',
    'ftp://user:s3cret@sandbox.example',
    'user:s3cret@sandbox.example',
    'sbp_s3cret',
    ' ',
    'https://',
    'javascript:s3cret()',
    'file:///etc/s3cret',
  ])('%j', async (url) => {
    const error = await refused(url)
    expect(error.values.why).toBe('not-a-url')
    expect(allOf(error)).not.toMatch(/s3c\s*ret/)
    expect(error.values.url).not.toMatch(/null|undefined|^$/)
  })

  test('the host is told, so that one can see what was meant', async () => {
    expect((await refused('https://user:s3cret@sandbox.example/base')).values.url).toBe(
      'https://sandbox.example/…',
    )
  })
})

describe('where a project answers', () => {
  test('follows from the ref alone', () => {
    expect(projectUrl(read(), ref('a'))).toBe(`https://${'a'.repeat(20)}.supabase.co`)
    expect(projectUrl(read('http://127.0.0.1:4000/'), ref('a'))).toBe(
      `http://127.0.0.1:4000/projects/${'a'.repeat(20)}`,
    )
  })
})
