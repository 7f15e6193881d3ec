import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MARKER } from '../../infra/report/pull-request-markdown.ts'
import { refOf } from '../support.ts'
import { OWNER, REPO } from '../watch/world.ts'
import { openRoom } from './room.ts'
import { findTool } from './tools.ts'

const SLOW = 240_000
const [ALTO, BASSO] = [refOf('a'), refOf('b')]
const ORCHESTRAS = { alto: `name: Alto\nref: ${ALTO}\n`, basso: `name: Basso\nref: ${BASSO}\n` }

async function openScene(act: string) {
  const room = await openRoom(act, ORCHESTRAS)
  const { scene, repository, control } = room
  return {
    ...room,
    share: (other: string) => control('share', { ref: BASSO, with: other }),
    /** lock.yml for the head of a branch, as for a pull request from here or from a fork. */
    async lock(branch: string, from = `${OWNER}/${REPO}`) {
      const head = { ref: branch, sha: await scene.head(branch), repo: { full_name: from } }
      const pull_request = { number: 1, base: { ref: 'main' }, head, user: { login: 'anna' } }
      return repository.run('lock', 'pull_request', {
        pull_request,
        repository: { full_name: `${OWNER}/${REPO}`, default_branch: 'main' },
      })
    },
    /** lock.yml for a merge group whose head is that of a branch. */
    async lockQueue(branch: string) {
      return repository.run('lock', 'merge_group', {
        merge_group: { head_sha: await scene.head(branch), base_ref: 'refs/heads/main' },
        repository: { full_name: `${OWNER}/${REPO}`, default_branch: 'main' },
      })
    },
    /** pull-request.yml up to its comment. */
    async comment(number: number, files: Readonly<Record<string, string>>) {
      const head = { ref: 'a-branch', sha: 'a'.repeat(40), repo: { full_name: `${OWNER}/${REPO}` } }
      return repository.propose({ files, job: 'comment', event: { number, head } })
    },
    async pullOf(branch: string): Promise<number> {
      const pulls: readonly { number: number; head: { ref: string } }[] = await scene.world.as(
        'anna',
        'GET',
        '/pulls?state=open',
      )
      return pulls.find(({ head }) => head.ref === branch)?.number ?? 0
    },
    async conclusions(name: string, branch = 'main') {
      const checks = await scene.checks(await scene.head(branch))
      return checks.filter((check) => check.name === name).map(({ conclusion }) => conclusion)
    },
  }
}

type Room = Awaited<ReturnType<typeof openScene>>
const opened: { missing?: string; room?: Room } = {}
beforeAll(async () => {
  const found = await findTool('act')
  if (found.kind === 'missing') opened.missing = found.why
  else opened.room = await openScene(found.program)
}, 600_000)
afterAll(() => opened.room?.close())

const room = (skip: (note?: string) => void): Room => {
  if (opened.missing !== undefined) skip(opened.missing)
  if (!opened.room) throw new Error('no room')
  return opened.room
}

describe('the workflows, from the pull request to the released lock', () => {
  test('pull-request.yml comments once, and lock.yml is green while there is no incident', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const { scene, comment, lock, pullOf, conclusions } = room(skip)
    const files = { 'orchestras/canto.yaml': 'name: Canto\n' }
    await scene.pull('add-canto', files)
    const number = await pullOf('add-canto')
    const commented = await comment(number, files)
    expect(commented.jobs, commented.log).toEqual({ check: 'success', comment: 'success' })
    const [said, ...others] = await scene.comments(number)
    expect(others).toEqual([])
    expect(said?.startsWith(MARKER)).toBe(true)
    expect(said).toContain('| Canto |')
    expect(said).toContain('Det finns inget känt bevis')

    const locked = await lock('add-canto')
    expect(locked.jobs, locked.log).toEqual({ update: 'success' })
    expect(await conclusions('isolation-lock', 'add-canto')).toEqual(['success'])
  })

  test('lock.yml leaves a fork to the watch', { timeout: SLOW }, async ({ skip }) => {
    const { scene, lock, conclusions } = room(skip)
    await scene.pull('of-a-fork', { 'orchestras/forte.yaml': 'name: Forte\n' })
    const { jobs, log } = await lock('of-a-fork', 'somebody/orchestras')
    expect(jobs, log).toEqual({})
    expect(await conclusions('isolation-lock', 'of-a-fork')).toEqual([])
  })

  test('provision.yml creates and proves a new orchestra, publishes the ledger, and asks for the watch', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const { commit, run, projects, stacks, ledger, takeAsked } = room(skip)
    await commit({ 'orchestras/canto.yaml': 'name: Canto\n' })
    const { jobs, log, kept } = await run('provision', 'push')
    expect(jobs, log).toEqual({ provision: 'success', watch: 'success' })
    expect(log).toContain('isolated: 3 of 3 orchestras, each on its own database')
    expect(Object.keys(await projects()).sort()).toEqual(['alto', 'basso', 'canto'])
    expect(Object.keys(await ledger())).toEqual(['alto', 'basso', 'canto'])
    expect(await stacks()).toContainEqual(expect.stringMatching(/\.json$/))
    expect(takeAsked()).toEqual(['watch.yml'])
    expect(kept).toEqual(['report'])
  })

  test('watch.yml is green, and writes the check run `isolation`', { timeout: SLOW }, async ({ skip }) => {
    const { scene, run, conclusions, takeAsked } = room(skip)
    expect(await conclusions('isolation')).toEqual([])
    const { jobs, log, kept } = await run('watch', 'workflow_dispatch')
    expect(jobs, log).toEqual({ watch: 'success' })
    expect(await conclusions('isolation')).toEqual(['success'])
    expect(await conclusions('isolation-lock', 'of-a-fork')).toEqual(['success'])
    expect(await scene.issues('all')).toEqual([])
    expect(kept.toSorted()).toEqual(['page', 'report'])
    expect(takeAsked()).toEqual([])
  })

  test('watch.yml puts its page on GitHub Pages where the settings ask for it and no more people see it there', {
    timeout: 2 * SLOW,
  }, async ({ skip }) => {
    const { scene, commit, run, settings, repository } = room(skip)
    const site = (isPublic: boolean) => {
      scene.world.trouble = ({ method, path }) => {
        if (path.endsWith('/pages'))
          return { status: 200, body: JSON.stringify({ public: isPublic, build_type: 'workflow' }) }
        return method === 'GET' && path === `/repos/${OWNER}/${REPO}`
          ? { status: 200, body: JSON.stringify({ private: true, default_branch: 'main' }) }
          : null
      }
    }
    try {
      await commit({ '.github/orchestras.yml': JSON.stringify({ ...settings, page: { publish: true } }) })
      site(true)
      const open = await run('watch', 'workflow_dispatch')
      expect(open.jobs, open.log).toEqual({ watch: 'success' })
      expect(open.log).toContain('GitHub Pages är öppet för alla, men repot är privat')
      expect(open.kept.toSorted()).toEqual(['page', 'report'])

      site(false)
      const closed = await run('watch', 'workflow_dispatch')
      expect(closed.jobs, closed.log).toEqual({ watch: 'success', page: 'success' })
      expect(closed.kept.toSorted()).toEqual(['github-pages-1', 'page', 'published', 'report'])
      expect(await readFile(repository.artifact('published', 'index.html'), 'utf8')).toContain(
        'Orkestrarnas databaser',
      )
    } finally {
      scene.world.trouble = () => null
      await commit({ '.github/orchestras.yml': JSON.stringify(settings) })
    }
  })

  test('two orchestras on one database: watch.yml is red, and opens the incident', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const { scene, run, share, conclusions, takeAsked } = room(skip)
    await share(ALTO)
    const { jobs, log, kept } = await run('watch', 'schedule')
    expect(jobs, log).toEqual({ watch: 'failure' })
    const [incident, ...others] = await scene.issues('open')
    expect(others).toEqual([])
    expect(incident?.body).toContain('alto')
    expect(incident?.body).toContain('basso')
    expect(incident?.labels.map(({ name }) => name)).toEqual(['isolation-incident'])
    expect(incident?.assignees.map(({ login }) => login).sort()).toEqual(['anna', 'bo'])
    expect(scene.office.letters).toHaveLength(1)
    expect(await conclusions('isolation')).toEqual(['failure'])
    expect(await conclusions('isolation-lock', 'of-a-fork')).toEqual(['failure'])
    expect(kept.toSorted()).toEqual(['page', 'report'])
    expect(takeAsked()).toEqual([])
  })

  test('lock.yml is red on a pull request or a merge group that adds an orchestra, and the comment is edited in place', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const { scene, lock, lockQueue, comment, pullOf, conclusions } = room(skip)
    const files = { 'orchestras/duo.yaml': 'name: Duo\n' }
    await scene.pull('add-duo', files)
    const added = await lock('add-duo')
    expect(added.jobs, added.log).toEqual({ update: 'success' })
    expect(await conclusions('isolation-lock', 'add-duo')).toEqual(['failure'])

    await scene.pull('queued', { 'orchestras/trio.yaml': 'name: Trio\n' })
    const queued = await lockQueue('queued')
    expect(queued.jobs, queued.log).toEqual({ update: 'success' })
    expect(await conclusions('isolation-lock', 'queued')).toEqual(['failure'])

    const number = await pullOf('add-canto')
    const commented = await comment(number, files)
    expect(commented.jobs, commented.log).toEqual({ check: 'success', comment: 'success' })
    const [said, ...others] = await scene.comments(number)
    expect(others).toEqual([])
    expect(said).toContain('| Duo |')
    expect(said).toContain('Senaste beviset: ')
  })

  test('provision.yml fails while the incident stands, creates nothing, and asks for the watch all the same', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const { commit, run, projects, ledger, takeAsked } = room(skip)
    await commit({ 'orchestras/duo.yaml': 'name: Duo\n' })
    const { jobs, log, kept } = await run('provision', 'push')
    expect(jobs, log).toEqual({ provision: 'failure', watch: 'success' })
    expect(log).toMatch(/väntar: duo/)
    expect(Object.keys(await projects()).sort()).toEqual(['alto', 'basso', 'canto'])
    expect(Object.keys(await ledger())).toEqual(['alto', 'basso', 'canto'])
    expect(takeAsked()).toEqual(['watch.yml'])
    expect(kept).toEqual(['report'])
  })

  test('after the mending watch.yml closes the incident and asks for provision.yml, which lets the new one in', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const { scene, run, share, conclusions, projects, ledger, takeAsked } = room(skip)
    await share(BASSO)
    const watched = await run('watch', 'workflow_dispatch')
    expect(watched.jobs, watched.log).toEqual({ watch: 'success' })
    const [incident, ...others] = await scene.issues('all')
    expect(others).toEqual([])
    expect(incident?.state).toBe('closed')
    expect((await scene.comments(incident?.number ?? 0)).at(-1)).toContain('/actions/runs/7')
    expect(scene.office.letters).toHaveLength(2)
    expect(await conclusions('isolation')).toEqual(['success'])
    expect(await conclusions('isolation-lock', 'of-a-fork')).toEqual(['success'])
    expect(takeAsked()).toEqual(['provision.yml'])

    const provisioned = await run('provision', 'workflow_dispatch')
    expect(provisioned.jobs, provisioned.log).toEqual({ provision: 'success', watch: 'success' })
    expect(Object.keys(await projects()).sort()).toEqual(['alto', 'basso', 'canto', 'duo'])
    expect(Object.keys(await ledger())).toEqual(['alto', 'basso', 'canto', 'duo'])
  })
})
