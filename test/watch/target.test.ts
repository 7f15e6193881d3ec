import { describe, expect, test } from 'vitest'
import { readGitHub } from '../../infra/watch/target.ts'

const env = { GITHUB_TOKEN: ' secret-token ', GITHUB_REPOSITORY: 'orkestrar/orchestras' }

describe('the repository', () => {
  test('is what GitHub Actions says, and the token is the workflow’s own', () => {
    const run = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_RUN_ID: '7' }
    expect(readGitHub({ ...env, ...run })).toEqual({
      apiUrl: 'https://api.github.com',
      owner: 'orkestrar',
      repo: 'orchestras',
      token: 'secret-token',
      login: 'github-actions[bot]',
      runUrl: 'https://github.com/orkestrar/orchestras/actions/runs/7',
    })
    expect(readGitHub(env, 'a-bot')).toMatchObject({ login: 'a-bot', runUrl: null })
  })

  test.each([
    ['no token', { GITHUB_TOKEN: '' }, 'GITHUB_TOKEN', 'missing'],
    ['no repository', { GITHUB_REPOSITORY: '' }, 'GITHUB_REPOSITORY', 'missing'],
    ['a repository of three parts', { GITHUB_REPOSITORY: 'a/b/c' }, 'GITHUB_REPOSITORY', 'bad'],
    ['a repository that climbs', { GITHUB_REPOSITORY: '../a b' }, 'GITHUB_REPOSITORY', 'bad'],
    ['an API in clear', { GITHUB_API_URL: 'http://api.example' }, 'GITHUB_API_URL', 'in-clear'],
    ['an API that is none', { GITHUB_API_URL: 'ftp://api.example' }, 'GITHUB_API_URL', 'bad'],
    ['an API with a password', { GITHUB_API_URL: 'https://a:b@api.example' }, 'GITHUB_API_URL', 'bad'],
  ])('is refused: %s', (_, change, variable, why) => {
    expect(() => readGitHub({ ...env, ...change })).toThrowError(
      expect.objectContaining({ code: 'github-unconfigured', values: { variable, why } }),
    )
  })

  test('may be on this machine', () => {
    const here = { ...env, GITHUB_API_URL: 'http://127.0.0.1:4001/' }
    expect(readGitHub(here).apiUrl).toBe('http://127.0.0.1:4001')
    expect(readGitHub({ ...env, GITHUB_API_URL: 'https://ghe.example/api/v3' }).apiUrl).toBe(
      'https://ghe.example/api/v3',
    )
  })
})
