/** What is needed of GitHub to keep one comment. */
export interface Commenting {
  readonly target: { readonly login: string }
  /** All of them, to the last page. */
  readonly comments: (
    number: number,
  ) => Promise<readonly { id: number; body?: string | null | undefined; user: { login: string } | null }[]>
  readonly comment: (number: number, body: string) => Promise<unknown>
  readonly changeComment: (id: number, body: string) => Promise<unknown>
}

/**
 * Keeps one comment of ours on an issue or a pull request, edited in place. Ours is what we wrote and what begins
 * with the marker: anyone can write the marker, and we write other comments, too.
 */
export async function keepComment(
  github: Commenting,
  number: number,
  marker: string,
  body: string,
): Promise<'created' | 'changed' | 'same'> {
  if (!body.startsWith(marker)) throw new TypeError('a comment without its marker would never be found again')
  const comments = await github.comments(number)
  const own = comments.find(
    ({ body, user }) => user?.login === github.target.login && body?.startsWith(marker),
  )
  if (!own) {
    await github.comment(number, body)
    return 'created'
  }
  // GitHub keeps line ends as they are sent, but for the last one.
  if (own.body?.trimEnd() === body.trimEnd()) return 'same'
  await github.changeComment(own.id, body)
  return 'changed'
}
