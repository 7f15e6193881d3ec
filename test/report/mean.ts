import type { Evidence, Why } from '../../infra/isolation/evidence.ts'
import type { Finding } from '../../infra/isolation/finding.ts'
import { finding, live, orchestra, refOf } from './runs.ts'

/** What somebody could write where a name belongs, to steer a terminal or whoever reads what it shows. */
export const MEAN_TO_TERMINALS: Readonly<Record<string, string>> = {
  colour: 'a\u001b[31mröd\u001b[0m',
  'a link that is not what it says': '\u001b]8;;https://evil.example\u0007klicka\u001b]8;;\u0007',
  'the title of the window': '\u001b]0;title\u0007',
  'the last line again': 'a\rb\u001b[2K',
  'more lines': 'a\nb\r\nc\u2028d\u2029e\u0085f\u000bg',
  'control characters of one byte': '\u009b31m\u0090',
  'text turned around': '\u202eomvänd\u202c \u2066x\u2069 \u200f\u061c',
  'what cannot be seen': 'a\u200bb\u00adc\u2060d\ufeffe\u{e0041}f',
  'half a character': 'a\ud83d b\udc00',
  'a command to the runner': '::error::x',
  'one after a space': '  ::set-output name=a::b',
  'one of the old kind': 'a ##[error]x',
  'commands in a row': `${'::error::x '.repeat(30)}`,
}

/** A fleet, and a finding of every kind, with this text in every place that somebody outside can write. */
export function everywhere(text: string): { orchestras: readonly Evidence[]; findings: readonly Finding[] } {
  const why: Why = { code: 'refused', detail: text }
  const orchestras = [1, 2, 3].map((number) =>
    orchestra(text, `orkester-${number}`, number, {
      live: live('x', refOf(number), { region: text, status: text }),
    }),
  )
  const pair = orchestras.slice(0, 2)
  const one = orchestras.slice(0, 1)
  const findings = [
    finding('shared-ref', 'breach', { ref: text }, orchestras),
    finding('shared-server', 'breach', { systemId: text, startedAt: text, sameDatabase: true }, pair),
    finding('foreign-nameplate', 'breach', { bears: [{ slug: text, ref: text }] }, one),
    finding('shared-trust', 'breach', { by: 'key', what: text }, pair),
    finding('shared-trust', 'breach', { by: 'issuer', what: text }, pair),
    finding('cross-link', 'breach', { kind: 'foreign-server', link: text, target: text }, pair),
    finding('ref-drift', 'breach', { declared: text, recorded: text, live: text }, one),
    finding('wrong-organization', 'breach', { organization: text }, one),
    finding('missing', 'inconclusive', { ref: text }, one),
    finding('unverified', 'inconclusive', { what: 'database', why }, one),
    finding('unread-link', 'inconclusive', { kind: text, link: text, target: text }, one),
    finding('unread-declaration', 'inconclusive', { file: text }),
    finding('undeclared', 'inconclusive', { slug: text, ref: text, announced: false }),
    finding('unlisted', 'inconclusive', { why }),
    finding('blind-rule', 'inconclusive', { rule: text }),
    finding('stranger', 'warning', { ref: text, name: text, status: text, was: text }),
    finding('ledger-drift', 'warning', { ledger: text, actual: text }, one),
    finding('pending', 'note', { why: text }, pair),
    finding('shared-lineage', 'note', { systemId: text, orchestras: 3 }),
  ]
  return { orchestras, findings }
}
