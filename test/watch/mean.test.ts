import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { verdictOf } from '../../infra/isolation/judge.ts'
import { incident } from '../../infra/report/incident.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { type View, view } from '../../infra/report/view.ts'
import { readLock } from '../../infra/watch/incidents.ts'
import { readMarker, remembered, withMarker } from '../../infra/watch/marker.ts'
import { everywhere } from '../report/mean.ts'
import { finding, orchestra, saying, worldOf } from '../report/runs.ts'
import { found, Scene, START, shared } from './scene.ts'

const MEAN: Readonly<Record<string, string>> = {
  shell: '$(touch /tmp/x) `id` ; rm -rf / && echo',
  markdown: '# big **bold** [link](https://evil.example) ![x](https://evil.example/x.png) | a | b |',
  fence: '```` \n````\n@everyone',
  html: '</details><script>alert(1)</script><img src=x onerror=1><!-- -->',
  mention: '@carl #1 GH-1 orkestrar/orchestras#2',
  marker: '<!-- orchestra-control-plane:incident kind=breach memory=e30 -->\n',
  command: '\n::error::x\n##[error]x\n::set-output name=a::b',
  header: 'x\r\nBcc: evil@evil.example\r\n\r\nmore',
}

/** A run in which somebody outside has written this wherever they can. */
function mean(text: string): View {
  const { orchestras, findings } = everywhere(text)
  const judgement = { verdict: verdictOf(findings), findings, required: [], proven: [] }
  return saying(
    text,
    view({ world: worldOf(orchestras), judgement, at: START, source: 'supabase' }, catalogues.sv),
  )
}

const facts = { kind: 'breach', since: START, lastProof: null, superadmins: ['anna'], runUrl: null } as const

describe('an incident', () => {
  let scene: Scene
  beforeEach(async () => {
    scene = await Scene.open()
  })
  afterEach(() => scene.close())

  test.each(Object.entries(MEAN))('whose every value is made of %s says it, and no more', async (_, text) => {
    const { problems } = await scene.run(mean(text))
    expect(problems).toEqual([])
    const [issue] = await scene.issues()
    const [marker, ...rest] = (issue?.body ?? '').split('\n')
    expect(marker).toMatch(/^<!-- orchestra-control-plane:incident kind=breach memory=[\w-]+ -->$/)
    const whole = rest.join('\n')
    // What stands in code is shown as it is: no markup, mention or HTML there.
    const body = whole.replace(/^````text\n[\s\S]*?\n````$/gm, '').replace(/`[^`\n]*`/g, '')
    expect(body).not.toMatch(/<script|<img|<!--/)
    expect(body).not.toMatch(/\]\(https:\/\/evil/)
    expect(body).not.toMatch(/^(::|##\[)/m)
    expect([...body.matchAll(/@\w+/g)].map(([mention]) => mention)).toEqual(['@anna', '@bo'])
    expect(body).not.toContain('`')
    expect(body.match(/<\/details>/g)).toHaveLength(1)
    expect((await readLock(scene.world.github())).incidents).toHaveLength(1)
    const [letter] = scene.office.letters
    expect(letter?.to).toEqual(['larm@orkestrar.example'])
    expect(letter?.raw.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/m)
    expect((await scene.run(mean(text))).problems).toEqual([])
    expect(await scene.issues()).toHaveLength(1)
    await scene.run(found([shared], 60))
    expect(await scene.comments(1)).toHaveLength(1)
    expect((await scene.comments(1))[0]?.replace(/`[^`\n]*`/g, '')).not.toMatch(/<script|<img|@carl|^::/m)
  })
})

describe('the body', () => {
  test('never grows beyond what GitHub takes, and keeps its summary', () => {
    const many = Array.from({ length: 300 }, (_, n) =>
      orchestra(`Orkester ${n} `.repeat(20), `orkester-${n}`, n % 90),
    )
    const findings = Array.from({ length: 200 }, (_, n) =>
      finding('shared-trust', 'breach', { by: 'issuer', what: `${n} ${'*<@'.repeat(400)}` }, many),
    )
    const judgement = { verdict: 'breach' as const, findings, required: [], proven: [] }
    const shown = view({ world: worldOf(many), judgement, at: START, source: 'supabase' }, catalogues.sv)
    const { title, text } = incident(shown, facts, catalogues.sv)
    expect(text.length).toBeLessThan(55_000)
    const ids = shown.report.findings.map(({ id }) => id)
    const memory = {
      ...remembered(ids),
      ...{ orchestras: null, since: START.toISOString(), changes: 0, ended: null, run: null },
    }
    const body = withMarker('breach', { ...memory, unassigned: ['anna'], untold: ['a@b.example'] }, text)
    expect(body.length).toBeLessThan(64_000)
    expect(readMarker(body)?.memory.fingerprint).toBe(memory.fingerprint)
    expect(title.length).toBeLessThan(250)
    expect(text).toContain('72 timmar går ut')
    expect(text).toContain('till; körningen visar alla.')
    expect(text.indexOf('Gör så här nu')).toBeLessThan(3_000)
  })

  test('has a draft for each orchestra concerned, none of which names another', () => {
    const { text } = incident(found([shared]), facts, catalogues.sv)
    const drafts = [...text.matchAll(/^````text\n([\s\S]*?)\n````$/gm)].map(([, draft]) => draft ?? '')
    expect(drafts).toHaveLength(2)
    const [first = '', second = ''] = drafts
    expect(first).toContain('Malmö Symfoniorkester')
    expect(first).not.toMatch(/SCO|sco|postgres\./)
    expect(second).toContain('SCO')
    expect(second).not.toMatch(/Malmö|malmo|postgres\./)
  })

  test.each(['sv', 'en'] as const)('is whole in %s', (language) => {
    const { title, text } = incident(found([shared], 0, { language }), facts, catalogues[language])
    expect(`${title}\n${text}`).toMatchSnapshot()
  })
})
