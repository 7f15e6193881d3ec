import { basename } from 'node:path'
import type { Adoption } from '../data/adopt/adopt.ts'
import type { Why } from '../data/adopt/left-out.ts'
import type { Outcome, Undecided } from '../data/adopt/proposals.ts'
import type { ListedProject } from '../supabase/shapes.ts'
import type { Catalogue, Said } from './language/catalogue.ts'
import { shown } from './language/quote.ts'
import { sayProblem } from './language/say.ts'
import { table } from './table.ts'
import { printable, wrap } from './text.ts'

type Kind = Outcome['kind']
type Of<K extends Kind> = Extract<Outcome, { readonly kind: K }>

/** An adoption as machines read it. */
export interface AdoptionReport {
  readonly version: 1
  readonly organization: string
  readonly written: boolean
  readonly proposed: readonly {
    readonly file: string
    readonly slug: string
    readonly name: string
    readonly ref: string
    readonly region: string
    readonly size: string | null
  }[]
  readonly undecided: readonly ({
    readonly ref: string
    readonly name: string
    readonly reasons: readonly Said[]
  } & Pick<Undecided, 'code'>)[]
  readonly leftOut: readonly { readonly ref: string; readonly name: string; readonly why: Why }[]
  readonly claimed: readonly { readonly ref: string; readonly name: string; readonly slug: string }[]
}

export function adoptionReport(
  { organization, outcomes, written }: Adoption,
  say: Catalogue,
): AdoptionReport {
  const named = ({ ref, name }: ListedProject) => ({ ref, name })
  return {
    version: 1,
    organization,
    written,
    proposed: only(outcomes, 'proposed').map(({ project, proposal: { slug, name, region, size } }) => {
      return { file: `${slug}.yaml`, slug, name, ref: project.ref, region, size }
    }),
    undecided: only(outcomes, 'undecided').map(({ project, reason }) => {
      return { ...named(project), code: reason.code, reasons: reasonsOf(reason, say) }
    }),
    leftOut: only(outcomes, 'left-out').map(({ project, why }) => ({ ...named(project), why })),
    claimed: only(outcomes, 'claimed').map(({ project, slug }) => ({ ...named(project), slug })),
  }
}

/** An adoption for a terminal. Names are anybody's: they are made visible, cut, and never steer anything. */
export function adoptionLines(
  { organization, outcomes, written }: Adoption,
  folder: string,
  width: number,
  say: Catalogue,
): string[] {
  const { adopt: words } = say
  const [proposed, undecided] = [only(outcomes, 'proposed'), only(outcomes, 'undecided')]
  const [leftOut, claimed] = [only(outcomes, 'left-out'), only(outcomes, 'claimed')]
  const section = (of: readonly unknown[], title: (count: number) => string, lines: readonly string[]) =>
    of.length > 0 ? ['', title(of.length), ...lines] : []
  return [
    words.title(organization, outcomes.length),
    ...(proposed.length + undecided.length === 0 ? [words.nothing] : []),
    ...section(proposed, written ? words.written : words.proposed, files(proposed, folder, width, say)),
    ...section(
      undecided,
      words.undecided,
      undecided.flatMap(({ project, reason }) => [
        ...indented(called(project), 2, width),
        ...reasonsOf(reason, say).flatMap(({ message, wayOut }) =>
          [message, `${say.words.wayOut}: ${wayOut}`].flatMap((text) => indented(text, 4, width)),
        ),
      ]),
    ),
    ...section(
      leftOut,
      words.leftOut,
      leftOut.flatMap(({ project, why }) => {
        const said = why === 'not-up' ? words.why[why](project.status) : words.why[why]
        return indented(`${called(project)}: ${said}`, 2, width)
      }),
    ),
    ...section(
      claimed,
      words.claimed,
      claimed.flatMap(({ project, slug }) => indented(`${called(project)}: ${slug}.yaml`, 2, width)),
    ),
    ...(proposed.length === 0 ? [] : ['', ...wrap(written ? words.nextCheck : words.nextWrite, width)]),
  ].map(printable)
}

function files(proposed: readonly Of<'proposed'>[], folder: string, width: number, say: Catalogue): string[] {
  const { region, ref } = say.words.columns
  const rows = proposed.map(({ project, proposal: { slug, name, region: where, size } }) => [
    `${basename(folder)}/${slug}.yaml`,
    printable(shown(name)),
    project.ref,
    printable(where),
    size ?? '–',
  ])
  return table([say.adopt.file, say.adopt.name, ref, region, say.adopt.size], rows, width).split('\n')
}

function reasonsOf(reason: Undecided, say: Catalogue): readonly Said[] {
  const { reasons } = say.adopt
  switch (reason.code) {
    case 'no-slug':
      return [reasons['no-slug']()]
    case 'slug-taken':
      return [reasons['slug-taken'](reason.slug)]
    case 'slug-shared':
      return [reasons['slug-shared'](reason.slug, reason.with.map(shown).join(', '))]
    case 'size-unknown':
      return [reasons['size-unknown'](shown(reason.size))]
    case 'refused':
      return reason.problems.map((problem) => sayProblem(say, problem))
  }
}

function called({ name, ref }: ListedProject): string {
  return `"${shown(name)}" (${ref})`
}

function indented(text: string, by: number, width: number): string[] {
  return wrap(text, width - by).map((line) => ' '.repeat(by) + line)
}

function only<K extends Kind>(outcomes: readonly Outcome[], kind: K): readonly Of<K>[] {
  return outcomes.filter((one): one is Of<K> => one.kind === kind)
}
