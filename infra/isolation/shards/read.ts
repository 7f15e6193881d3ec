import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { ControlError } from '../../errors.ts'
import type { ShardFile } from './merge.ts'

/** More than ten thousand orchestras' evidence in one part. */
const MOST_BYTES = 64 * 1024 * 1024

/**
 * The parts in these folders, however deep, and files. In a folder whatever ends in `.json` is taken for one; a file
 * that is too large, or goes away, is as one without text.
 * @throws ControlError `file-failed` for a path that is not there
 */
export async function readShardFiles(paths: readonly string[]): Promise<readonly ShardFile[]> {
  const files: ShardFile[] = []
  for (const path of paths) {
    try {
      if (!(await stat(path)).isDirectory()) {
        files.push({ name: basename(path), text: await readPart(path) })
        continue
      }
      for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
        const file = join(entry.parentPath, entry.name)
        if (entry.isDirectory() || !entry.name.endsWith('.json')) continue
        files.push({ name: relative(path, file), text: await readPart(file).catch(() => '') })
      }
    } catch (error) {
      const detail = error instanceof Error && 'code' in error ? `${error.code}` : 'unreadable'
      throw new ControlError('file-failed', { file: path, detail })
    }
  }
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

async function readPart(file: string): Promise<string> {
  const { size } = await stat(file)
  return size > MOST_BYTES ? '' : readFile(file, 'utf8')
}
