import { type ChildProcess, spawn } from 'node:child_process'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isDead, readLocks } from '../../infra/engine/locks.ts'

const NOW = new Date()

describe('a lock', () => {
  it('is read from what the engine says', () => {
    const text = `error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///x/.pulumi/locks/organization/orchestras/orchestras/a.json?no_tmp_dir=true: created by root@host (pid 4242) at 2026-11-24T11:50:00Z
  gs://bucket/.pulumi/locks/organization/orchestras/orchestras/b.json: created by a.b@c-1.example (pid 7) at 2026-11-24T13:50:00+02:00`
    expect(readLocks(text)).toEqual([
      {
        file: '/x/.pulumi/locks/organization/orchestras/orchestras/a.json',
        user: 'root',
        host: 'host',
        pid: 4242,
        since: new Date('2026-11-24T11:50:00Z'),
      },
      { file: null, user: 'a.b', host: 'c-1.example', pid: 7, since: new Date('2026-11-24T11:50:00Z') },
    ])
    expect(readLocks('[409] Conflict: Another update is currently in progress.')).toEqual([])
  })

  describe('of this host', () => {
    let folder: string
    let engine: ChildProcess
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lock-'))
      await copyFile('/bin/sleep', join(folder, 'pulumi'))
      engine = spawn(join(folder, 'pulumi'), ['60'])
      await new Promise((done) => engine.once('spawn', done))
    })
    afterAll(async () => {
      engine.kill('SIGKILL')
      await rm(folder, { recursive: true })
    })
    const lock = (pid: number, since = NOW, host = hostname()) => ({
      file: null,
      user: 'root',
      host,
      pid,
      since,
    })

    it('is alive with its engine', async () => {
      expect(await isDead(lock(engine.pid ?? 0))).toBe(false)
    })

    it('is dead when its process is gone, or its number is used by another program', async () => {
      expect(await isDead(lock(2 ** 22 - 3))).toBe(true)
      expect(await isDead(lock(process.pid))).toBe(true)
    })

    it('is dead when it is older than any job, and alive on another host before', async () => {
      const old = new Date(Date.now() - 6.1 * 60 * 60 * 1000)
      expect(await isDead(lock(engine.pid ?? 0, old))).toBe(true)
      expect(await isDead(lock(2 ** 22 - 3, NOW, 'elsewhere'))).toBe(false)
      expect(await isDead(lock(2 ** 22 - 3, old, 'elsewhere'))).toBe(true)
    })
  })
})
