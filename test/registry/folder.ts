import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

export type Files = Readonly<Record<string, string | Uint8Array>>

/** A folder of declarations that lasts as long as the test, with settings of its own beside it. */
export async function folderOf(files: Files, settings = 'language: sv\n'): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'registry-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const folder = join(root, 'orchestras')
  await mkdir(folder)
  await mkdir(join(root, '.github'))
  await writeFile(join(root, '.github/orchestras.yml'), settings)
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return folder
}

export const REF_A = 'abcdefghijklmnopqrst'
export const REF_B = 'tsrqponmlkjihgfedcba'
