import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const FILLING = 'filling'

/** A disk of its own under one folder, so that it can be full while the rest of the machine goes on. Linux, as root. */
export class SmallDisk {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** With what the folder holds; null where this process may not mount anything. */
  static async under(folder: string): Promise<SmallDisk | null> {
    const aside = await mkdtemp(join(tmpdir(), 'small-disk-'))
    try {
      await cp(folder, aside, { recursive: true })
      await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder])
    } catch {
      return null
    } finally {
      await cp(aside, folder, { recursive: true })
      await rm(aside, { recursive: true })
    }
    return new SmallDisk(folder)
  }

  /** Leaves room for so many bytes. */
  async fill(left: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#folder)
    await writeFile(join(this.#folder, FILLING), Buffer.alloc(Math.max(0, bavail * bsize - left)))
  }

  async empty(): Promise<void> {
    await rm(join(this.#folder, FILLING))
  }

  /** What lay on it lies in the folder afterwards. */
  async remove(): Promise<void> {
    const aside = await mkdtemp(join(tmpdir(), 'small-disk-'))
    await cp(this.#folder, aside, { recursive: true })
    await run('umount', [this.#folder])
    await cp(aside, this.#folder, { recursive: true })
    await rm(aside, { recursive: true })
  }
}
