import { z } from 'zod'

const sha = z.string().regex(/^[0-9a-f]{40,64}$/)

/** A file as the contents API answers it: with its content up to 1 MB, beyond that with none. */
export const contentsShape = z.object({
  type: z.literal('file'),
  sha,
  encoding: z.enum(['base64', 'none']),
  content: z.string(),
})

/** A folder, or what else may lie where a file was looked for. */
export const noFileShape = z.union([
  z.array(z.object({ path: z.string() })),
  z.object({ type: z.enum(['symlink', 'submodule']) }),
])

export const blobShape = z.object({ encoding: z.literal('base64'), content: z.string() })

/** A tree or a commit that was made. */
export const createdShape = z.object({ sha })

/** What the contents API answers to a write. */
export const writtenShape = z.object({ commit: createdShape })

export const refShape = z.object({ object: createdShape })

export const commitShape = z.object({ sha, parents: z.array(createdShape) })
