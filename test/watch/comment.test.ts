import { describe, expect, test } from 'vitest'
import { type Commenting, keepComment } from '../../infra/watch/comment.ts'

const MARKER = '<!-- ours -->'
const login = 'github-actions[bot]'

/** A pull request with comments, by author and text. */
function pull(...comments: readonly (readonly [login: string | null, body: string | null])[]) {
  const all = comments.map(([author, body], index) => ({
    ...{ id: index + 1, body },
    user: author === null ? null : { login: author },
  }))
  const github: Commenting = {
    target: { login },
    comments: async () => all,
    comment: async (_, body) => all.push({ id: all.length + 1, body, user: { login } }),
    changeComment: async (id, body) => {
      const found = all.find((one) => one.id === id)
      if (found) found.body = body
    },
  }
  return { github, bodies: () => all.map(({ body }) => body) }
}

describe('the one comment', () => {
  test('is written when there is none, and then edited in place', async () => {
    const { github, bodies } = pull(['anna', 'Hej'])
    expect(await keepComment(github, 1, MARKER, `${MARKER}\n1`)).toBe('created')
    expect(await keepComment(github, 1, MARKER, `${MARKER}\n2`)).toBe('changed')
    expect(bodies()).toEqual(['Hej', `${MARKER}\n2`])
  })

  test('is left alone when it says the same', async () => {
    const { github } = pull([login, `${MARKER}\n1`])
    expect(await keepComment(github, 1, MARKER, `${MARKER}\n1\n`)).toBe('same')
  })

  test('is not what another wrote with our marker, nor what we wrote with it further down', async () => {
    const before = [
      ['anna', `${MARKER}\nall is well`],
      [null, MARKER],
      [login, `> ${MARKER}`],
      [login, null],
    ] as const
    const { github, bodies } = pull(...before)
    expect(await keepComment(github, 1, MARKER, `${MARKER}\n1`)).toBe('created')
    expect(bodies()).toEqual([...before.map(([, body]) => body), `${MARKER}\n1`])
  })

  test('is never written without its marker', async () => {
    await expect(keepComment(pull().github, 1, MARKER, 'x')).rejects.toThrow(TypeError)
  })
})
