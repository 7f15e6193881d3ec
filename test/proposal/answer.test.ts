import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { publishLedger } from '../../infra/ledger/publish-github.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { MARKER } from '../../infra/report/proposal.ts'
import { ENTRY, key, LEDGER, other, publicOf, trust } from '../ledger/ledgers.ts'
import { refOf } from '../support.ts'
import { BOT, OWNER, REPO } from '../watch/world.ts'
import { Desk } from './desk.ts'
import { filled } from './filled.ts'

let desk: Desk
beforeEach(async () => {
  desk = await Desk.open()
})
afterEach(() => desk.close())

const FILE = 'orchestras/alto.yaml'
const text = (name: string) => `# yaml-language-server: $schema=./schema.json\nname: ${name}\n`

/** The only comment there is, which must be ours. */
async function answerIn(number: number): Promise<string> {
  const comments = await desk.comments(number)
  expect(comments.map(({ user }) => user.login)).toEqual([BOT])
  const [{ body = '' } = {}] = comments
  expect(body.startsWith(MARKER)).toBe(true)
  return body
}

describe('a sound wish', () => {
  test('gets a branch with its one file, on main, and a link to the prefilled pull request', async () => {
    const number = await desk.ask({ name: 'Alto' })
    expect(await desk.answer(number)).toMatchObject({ outcome: { kind: 'ready', open: null } })
    expect(await desk.branches()).toEqual(['new-orchestra/alto'])
    expect(await desk.changes('new-orchestra/alto')).toEqual({ [`added ${FILE}`]: text('Alto') })
    const said = await answerIn(number)
    const [, link = ''] = /\]\(<(\S+)>\)/.exec(said) ?? []
    const url = new URL(link)
    expect(url.pathname).toBe(`/${OWNER}/${REPO}/compare/main...new-orchestra/alto`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      quick_pull: '1',
      title: 'Ny orkester: alto',
      body: expect.stringMatching(new RegExp(`^Closes #${number}\n`)),
    })
    expect(said).toContain('`eu-north-1`, `micro` (ungefär 10 USD i månaden)')
    expect(said).toContain(text('Alto'))
  })

  test('is answered once: a second run changes nothing', async () => {
    const number = await desk.ask({ name: 'Alto' })
    await desk.answer(number)
    expect(await desk.writesIn(() => desk.answer(number))).toEqual([])
  })

  test('that is edited changes branch and answer, and the branch only goes forwards', async () => {
    const number = await desk.ask({ name: 'Alto' })
    await desk.answer(number)
    const before = await desk.head('new-orchestra/alto')
    await desk.edit(number, { name: 'Alto Nova', slug: 'alto' })
    await desk.answer(number)
    expect(await desk.changes('new-orchestra/alto')).toEqual({ [`added ${FILE}`]: text('Alto Nova') })
    const { commits } = await desk.world.as<{ commits: unknown[] }>(
      'anna',
      'GET',
      `/compare/${before}...${await desk.head('new-orchestra/alto')}`,
    )
    expect(commits).toHaveLength(1)
    expect(await answerIn(number)).toContain('Alto Nova')
  })

  test('under another short name leaves no branch behind', async () => {
    const number = await desk.ask({ name: 'Alto' })
    await desk.answer(number)
    await desk.edit(number, { name: 'Alto', slug: 'basso' })
    await desk.answer(number)
    expect(await desk.branches()).toEqual(['new-orchestra/basso'])
    expect(await answerIn(number)).toContain('new\\-orchestra/alto, som det här ärendet inte längre behöver')
  })

  test('that becomes unsound loses its branch, and gets it again once it is put right', async () => {
    const number = await desk.ask({ name: 'Alto' })
    await desk.answer(number)
    await desk.edit(number, { name: 'Alto', ref: refOf('m') })
    await desk.answer(number)
    expect(await desk.branches()).toEqual([])
    expect(await answerIn(number)).toContain('Databas används redan av annan orkester')
    await desk.edit(number, { name: 'Alto' })
    await desk.answer(number)
    expect(await desk.branches()).toEqual(['new-orchestra/alto'])
  })

  test('with an open pull request is answered with that', async () => {
    const number = await desk.ask({ name: 'Alto' })
    await desk.answer(number)
    const pull = await desk.pull('new-orchestra/alto')
    expect(await desk.answer(number)).toMatchObject({ outcome: { kind: 'ready', open: pull } })
    expect(await answerIn(number)).toContain(`/pull/${pull}>)`)
  })

  test('loses a branch with an open pull request to nobody: it is told', async () => {
    const number = await desk.ask({ name: 'Alto' })
    await desk.answer(number)
    await desk.pull('new-orchestra/alto')
    await desk.edit(number, { name: 'Alto', slug: 'basso' })
    expect(await desk.answer(number)).toMatchObject({ swept: { removed: [], kept: ['new-orchestra/alto'] } })
    expect(await desk.branches()).toEqual(['new-orchestra/alto', 'new-orchestra/basso'])
    expect(await answerIn(number)).toContain('stäng och ta bort den för hand')
  })
})

describe('an issue that is closed', () => {
  test('has no branch, and has it again when it is opened again', async () => {
    const number = await desk.ask({ name: 'Alto' })
    await desk.answer(number)
    await desk.set(number, 'closed')
    await desk.answer(number)
    expect(await desk.branches()).toEqual([])
    expect(await answerIn(number)).toContain('Ärendet är stängt')
    await desk.set(number, 'open')
    await desk.answer(number)
    expect(await desk.branches()).toEqual(['new-orchestra/alto'])
  })

  test('that never had a branch is left alone', async () => {
    const number = await desk.ask({ name: 'Alto' })
    await desk.set(number, 'closed')
    expect(await desk.writesIn(() => desk.answer(number))).toEqual([])
  })

  test.each(['merge', 'squash'])(
    'by a %s takes its branch with it, though it has nothing before main',
    async (merge_method) => {
      const number = await desk.ask({ name: 'Alto' })
      await desk.answer(number)
      const pull = await desk.pull('new-orchestra/alto')
      await desk.world.as('the-owner', 'PUT', `/pulls/${pull}/merge`, { merge_method })
      expect(await desk.text(FILE, 'main')).toBe(text('Alto'))
      await desk.set(number, 'closed')
      await desk.answer(number)
      expect(await desk.branches()).toEqual([])
    },
  )
})

describe('what is another’s', () => {
  test('branch is never written to, nor removed', async () => {
    await desk.start('new-orchestra/alto')
    await desk.put(FILE, 'name: Mine\n', 'new-orchestra/alto')
    const head = await desk.head('new-orchestra/alto')
    const number = await desk.ask({ name: 'Alto' })
    expect(await desk.answer(number)).toMatchObject({ outcome: { kind: 'occupied', why: 'foreign' } })
    expect(await answerIn(number)).toContain('hör inte till det här ärendet')
    await desk.set(number, 'closed')
    await desk.answer(number)
    expect(await desk.head('new-orchestra/alto')).toBe(head)
  })

  test('an empty branch is one, too', async () => {
    await desk.start('new-orchestra/alto')
    const number = await desk.ask({ name: 'Alto' })
    expect(await desk.answer(number)).toMatchObject({ outcome: { kind: 'occupied', why: 'foreign' } })
    expect(await desk.head('new-orchestra/alto')).toBe(await desk.head('main'))
  })

  test('branch without a commit in common with main is in nobody’s way', async () => {
    const entry = { path: 'x', mode: '100644', type: 'blob', content: 'x' }
    const made = (path: string, body: object) =>
      desk.world.as<{ sha: string }>('the-owner', 'POST', path, body)
    const { sha: tree } = await made('/git/trees', { tree: [entry] })
    const { sha } = await made('/git/commits', { message: 'x', tree, parents: [] })
    for (const slug of ['alto', 'other'])
      await made('/git/refs', { ref: `refs/heads/new-orchestra/${slug}`, sha })
    const number = await desk.ask({ name: 'Alto' })
    expect(await desk.answer(number)).toMatchObject({ outcome: { kind: 'occupied', why: 'foreign' } })
    await desk.edit(number, { name: 'Basso' })
    expect(await desk.answer(number)).toMatchObject({
      outcome: { kind: 'ready' },
      swept: { removed: [], kept: [] },
    })
  })

  test('issue keeps its branch: the second to ask for a short name is told', async () => {
    const first = await desk.ask({ name: 'Alto' })
    await desk.answer(first)
    const second = await desk.ask({ name: 'Alto Nova', slug: 'alto' })
    expect(await desk.answer(second)).toMatchObject({ outcome: { kind: 'occupied', why: 'foreign' } })
    expect(await desk.changes('new-orchestra/alto')).toEqual({ [`added ${FILE}`]: text('Alto') })
    await desk.set(second, 'closed')
    await desk.answer(second)
    expect(await desk.branches()).toEqual(['new-orchestra/alto'])
  })

  test('commits on our branch are kept', async () => {
    const number = await desk.ask({ name: 'Alto' })
    await desk.answer(number)
    await desk.put(FILE, 'name: Alto\ncontact: kansli@alto.example\n', 'new-orchestra/alto')
    const head = await desk.head('new-orchestra/alto')
    await desk.edit(number, { name: 'Alto Nova', slug: 'alto' })
    expect(await desk.answer(number)).toMatchObject({ outcome: { kind: 'occupied', why: 'touched' } })
    await desk.edit(number, { name: 'Alto', slug: 'basso' })
    expect(await desk.answer(number)).toMatchObject({ swept: { kept: ['new-orchestra/alto'] } })
    expect(await desk.head('new-orchestra/alto')).toBe(head)
  })

  test('commits may lie beyond those that GitHub compares: such a branch is not written to', async () => {
    const number = await desk.ask({ name: 'Alto' })
    await desk.answer(number)
    const head = await desk.head('new-orchestra/alto')
    const compared = await desk.world.as<object>('anna', 'GET', `/compare/main...${head}`)
    desk.trouble = (_, path) =>
      path.includes('/compare/')
        ? { status: 200, body: JSON.stringify({ ...compared, ahead_by: 251 }) }
        : null
    await desk.edit(number, { name: 'Alto Nova', slug: 'alto' })
    expect(await desk.answer(number)).toMatchObject({ outcome: { kind: 'occupied', why: 'touched' } })
    expect(await desk.head('new-orchestra/alto')).toBe(head)
  })

  test('commit in words that look like ours does not make a branch ours', async () => {
    const number = await desk.ask({ name: 'Alto' })
    await desk.start('new-orchestra/alto')
    const body = {
      message: `New orchestra: alto\n\nAsked-for-in: #${number}`,
      content: 'eA==',
      branch: 'new-orchestra/alto',
    }
    await desk.world.as('the-owner', 'PUT', `/contents/${FILE}`, body)
    expect(await desk.answer(number)).toMatchObject({ outcome: { kind: 'occupied', why: 'foreign' } })
  })

  test('file on main is not proposed to be changed, though it came there a moment ago', async () => {
    await desk.put(FILE, 'name: Somebody\n')
    const number = await desk.ask({ name: 'Alto' })
    expect(await desk.answer(number)).toMatchObject({
      outcome: { kind: 'refused', faults: [{ kind: 'slug-taken' }] },
    })
    expect(await desk.branches()).toEqual([])
  })

  test.each([
    ['makes the branch', 'POST', '/git/refs', () => desk.start('new-orchestra/alto'), 'foreign'],
    [
      'writes to it',
      'PATCH',
      '/git/refs/',
      () => desk.put(FILE, 'name: Mine\n', 'new-orchestra/alto'),
      'touched',
    ],
  ] as const)('push is not lost when somebody %s at the same time', async (_, method, path, push, why) => {
    const number = await desk.ask({ name: 'Alto' })
    if (method === 'PATCH') {
      await desk.answer(number)
      await desk.edit(number, { name: 'Alto Nova', slug: 'alto' })
    }
    let theirs = ''
    desk.trouble = (called, at) => {
      if (called !== method || !at.includes(path) || theirs !== '') return null
      theirs = 'under way'
      return push().then(async () => {
        theirs = await desk.head('new-orchestra/alto')
        return null
      })
    }
    expect(await desk.answer(number)).toMatchObject({ outcome: { kind: 'occupied', why } })
    expect(await desk.head('new-orchestra/alto')).toBe(theirs)
  })

  test.each([403, 500])(
    'branch is looked at again only where somebody was quicker: not after a %i',
    async (status) => {
      const number = await desk.ask({ name: 'Alto' })
      desk.trouble = (method, path) => (method === 'POST' && path.endsWith('/git/refs') ? { status } : null)
      const writes = await desk.writesIn(async () =>
        expect(await desk.answer(number)).toMatchObject({ outcome: { kind: 'failed' } }),
      )
      expect(writes.filter((one) => one === 'POST /git/refs')).toHaveLength(1)
    },
  )

  test('comment that bears our marker is neither believed nor touched', async () => {
    const number = await desk.ask({ name: 'Alto' })
    const forged = `${MARKER}\n\n## ✅ Kontrollerat: evil kan läggas till\n\n[Öppna](https://evil.example)`
    await desk.world.as('anna', 'POST', `/issues/${number}/comments`, { body: forged })
    await desk.answer(number)
    const [theirs, ours, ...more] = await desk.comments(number)
    expect([theirs?.body, theirs?.user.login, ours?.user.login, more]).toEqual([forged, 'anna', BOT, []])
    expect(ours?.body).toContain('alto')
  })
})

describe('who asks', () => {
  test.each([
    ['reads', 'read'],
    ['has nothing', 'none'],
    ['is unknown', undefined],
  ])('and only %s gets a friendly answer and no branch', async (_, permission) => {
    if (permission === undefined) delete desk.permissions.bo
    else desk.permissions.bo = permission
    const number = await desk.ask({ name: 'Alto' }, 'bo')
    expect(await desk.answer(number)).toMatchObject({ outcome: { kind: 'not-allowed' } })
    expect(await desk.branches()).toEqual([])
    expect(await answerIn(number)).toMatch(/Tack.*superadministratör/s)
  })

  test.each(['write', 'admin'])('and may %s gets a branch', async (permission) => {
    desk.permissions.bo = permission
    const number = await desk.ask({ name: 'Alto' }, 'bo')
    expect(await desk.answer(number)).toMatchObject({ outcome: { kind: 'ready' } })
  })

  test('and may not write any more loses the branch', async () => {
    const number = await desk.ask({ name: 'Alto' })
    await desk.answer(number)
    desk.permissions.anna = 'read'
    await desk.answer(number)
    expect(await desk.branches()).toEqual([])
  })

  test.each([
    ['500', { status: 500 }],
    ['403', { status: 403 }],
    ['something else than a permission', { status: 200, body: '{"permission":"superuser"}' }],
    ['nothing', { drop: 'before' as const }],
  ])('cannot be told when GitHub answers %s: no branch, and the issue says so', async (_, trouble) => {
    desk.trouble = (_, path) => (path.includes('/permission') ? trouble : null)
    const number = await desk.ask({ name: 'Alto' })
    expect(await desk.answer(number)).toMatchObject({ outcome: { kind: 'failed' } })
    expect(await desk.branches()).toEqual([])
    expect(await answerIn(number)).toContain('Det gick inte att kontrollera ärendet')
    desk.trouble = () => null
    await desk.answer(number)
    expect(await answerIn(number)).toContain('alto kan läggas till')
  })
})

describe('the published ledger', () => {
  beforeEach(async () => {
    await publishLedger(desk.world.github(), { key, trust }, () => LEDGER)
  })

  test('knows whose a ref is that stands in no file', async () => {
    const number = await desk.ask({ name: 'Alto', ref: ENTRY.ref })
    await desk.answer(number, { trust })
    expect(await answerIn(number)).toContain('tillhör ”acme” enligt liggaren')
    expect(await desk.branches()).toEqual([])
  })

  test('that nobody of ours signed is no reason to let anything pass', async () => {
    const number = await desk.ask({ name: 'Alto' })
    const answered = await desk.answer(number, { trust: { ...trust, publicKeys: [publicOf(other)] } })
    expect(answered).toMatchObject({ outcome: { kind: 'failed', error: { code: 'ledger-refused' } } })
    expect(await desk.branches()).toEqual([])
  })
})

describe('what does not ask', () => {
  test('is left alone: an issue without the label', async () => {
    const number = await desk.ask({ name: 'Alto' }, 'anna', ['bug'])
    expect(await desk.writesIn(async () => expect(await desk.answer(number)).toBeNull())).toEqual([])
  })

  test('is left alone: a pull request with the label, which GitHub gives out as an issue', async () => {
    const number = await desk.ask({ name: 'Alto' })
    const issue = await desk.world.as<object>('anna', 'GET', `/issues/${number}`)
    desk.trouble = (_, path) =>
      path.endsWith(`/issues/${number}`)
        ? { status: 200, body: JSON.stringify({ ...issue, pull_request: {} }) }
        : null
    expect(await desk.writesIn(async () => expect(await desk.answer(number)).toBeNull())).toEqual([])
  })

  test.each([
    ['nothing', null],
    ['words', 'Hej!'],
    [
      'the form without its first heading',
      filled({ name: 'Alto' }).replace('### Orkesterns', '### Alla orkesterns'),
    ],
  ])('is told what is missing: the label, and %s', async (_, body) => {
    const number = await desk.ask(body)
    expect(await desk.answer(number)).toMatchObject({ outcome: { kind: 'no-form' } })
    expect(await answerIn(number)).toContain('fyll i formuläret')
    expect(await desk.branches()).toEqual([])
  })
})

describe('an answer', () => {
  const TRAP = '@orkestrar/superadmins #1 <img src=x onerror=alert(1)> [x](https://evil.example) ```` <!-- x'
  const bare = (said: string) => said.slice(MARKER.length).replace(/(`{3,})yaml\n[\s\S]*\n\1$/m, '')

  test.each(['sv', 'en'] as const)(
    'shows a name as text, and a file that cannot end its frame: %s',
    async (language) => {
      const number = await desk.ask({ name: TRAP, slug: 'zeta' })
      await desk.answer(number, { say: catalogues[language] })
      const said = await answerIn(number)
      expect(said).toContain(
        `\`\`\`\`\`yaml\n${await desk.text('orchestras/zeta.yaml', 'new-orchestra/zeta')}\`\`\`\`\`\n`,
      )
      expect(bare(said)).not.toMatch(/@orkestrar|[^\\]#1|<img|\]\(https|<!--/)
    },
  )

  test('has nothing typed in its link, in the commit, nor in a branch’s name but the short name', async () => {
    const number = await desk.ask({ name: '[skip ci] fixes #1 @anna', slug: 'zeta' })
    await desk.answer(number)
    const [, link = ''] = /\]\(<(\S+)>\)/.exec(await answerIn(number)) ?? []
    const { commit } = await desk.world.as<{ commit: { message: string } }>(
      'anna',
      'GET',
      `/commits/${await desk.head('new-orchestra/zeta')}`,
    )
    for (const place of [decodeURIComponent(link), commit.message])
      expect(place).not.toMatch(/skip ci|anna|fixes/)
  })

  test('shows refused answers as text, too', async () => {
    const admins = '@anna,<b>x</b>,[x](y)'
    const number = await desk.ask({ name: 'Alto', slug: TRAP, admins, size: '@bo' })
    await desk.answer(number)
    const said = bare(await answerIn(number))
    expect(said).not.toMatch(/@(orkestrar|anna|bo)\b|<img|<b>|[^\\]\[x\]|<!--/)
    expect(said.match(/^- \*\*/gm)).toHaveLength(5)
  })

  test('repeats no secret', async () => {
    const number = await desk.ask({
      name: 'Alto',
      ref: 'postgresql://postgres:hunter2secret@db.x.supabase.co/postgres',
    })
    await desk.answer(number)
    const said = await answerIn(number)
    expect(said).toContain('ett lösenord')
    expect(said).not.toContain('hunter2')
  })

  test('says everything that is wrong, each below its heading', async () => {
    const number = await desk.ask({ name: 'Malmö Symfoniorkester', ref: refOf('m'), region: 'us-east-1' })
    await desk.answer(number)
    const said = await answerIn(number)
    expect(said).toContain('3 saker att rätta först')
    for (const label of ['Orkesterns namn', 'Region', 'Ref, om databasen'])
      expect(said).toContain(`- **${label}`)
  })
})
