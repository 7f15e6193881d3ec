import type { Evidence } from '../isolation/evidence.ts'
import { stockholm } from './language/time.ts'
import type { Words } from './language/words.ts'
import { printable } from './text.ts'
import { regionOf, statusOf } from './view.ts'

/** All that was seen of one orchestra's database. */
export function details(one: Evidence, words: Words): string {
  const { details: said, columns, language } = words
  const lines: [string, string][] = [
    [columns.orchestra, `${printable(one.name)} (${one.slug})`],
    [columns.ref, one.ref ?? '–'],
    [said.title, one.ref ? `postgres.${one.ref}` : '–'],
    [columns.region, printable(regionOf(one))],
    [columns.status, printable(statusOf(one))],
  ]
  if (one.inside.kind === 'read') {
    const { identity, counts, plates, links } = one.inside
    const valid = plates?.rows.filter((plate) => plate.valid).length ?? 0
    lines.push(
      [said.server, identity.systemId],
      [said.started, stockholm(identity.startedAt, language)],
      [columns.musicians, `${counts.musicians ?? said.unread}`],
      [columns.projects, `${counts.projects ?? said.unread}`],
      [said.nameplate, plates ? said.nameplates(valid, plates.rows.length - valid) : said.unread],
      [
        said.links,
        links
          ? links.map((link) => printable(`${link.name} → ${link.target ?? said.unread}`)).join('; ') || '0'
          : said.unread,
      ],
    )
  } else {
    lines.push([said.server, said.unread])
  }
  lines.push([
    said.keys,
    one.trust.kind === 'read' ? printable(one.trust.keys.join(', ')) || '0' : said.unread,
  ])
  const width = Math.max(...lines.map(([label]) => label.length))
  return lines.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join('\n')
}
