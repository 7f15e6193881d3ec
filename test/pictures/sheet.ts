import { marked } from 'marked'

/** What stands above and below a comment on a page of GitHub; texts of ours alone, nothing is escaped. */
interface Sheet {
  readonly title: string
  readonly number: number
  readonly kind: 'pull' | 'issue'
  readonly author: string
  /** Under the comment: the check that stops the merge. */
  readonly check?: string
}

const KINDS = { pull: 'Pull request', issue: 'Issue' } as const

/** A comment as GitHub shows its Markdown, on a sheet of paper that is plainer than GitHub's own. */
export function sheet(markdown: string, { title, number, kind, author, check }: Sheet): string {
  const content = marked.parse(markdown, { async: false, gfm: true, breaks: true })
  return `<!doctype html>
<html lang="sv">
<head><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style></head>
<body>
<h1>${title} <span>#${number}</span></h1>
<p class="state ${kind}">${KINDS[kind]}</p>
<article>
<header><b>${author}</b> <i>bot</i></header>
<div class="comment">
${content}</div>
</article>
${check === undefined ? '' : `<p class="check"><b>✕</b> ${check}</p>`}
</body>
</html>
`
}

const STYLE = `
* { box-sizing: border-box; }
body { margin: 0; padding: 28px 36px; background: #fff; color: #1d232b; font: 16px/1.5 "Segoe UI", "Noto Sans", "Open Sans", sans-serif; }
h1 { font-size: 26px; font-weight: 400; margin: 0 0 10px; }
h1 span { color: #5a6572; }
.state { display: inline-block; margin: 0 0 18px; padding: 3px 14px; border-radius: 99px; background: #1a7a3c; color: #fff; font-size: 14px; font-weight: 600; }
article { border: 1px solid #ccd3db; border-radius: 8px; }
article > header { padding: 9px 18px; background: #f4f6f8; border-bottom: 1px solid #ccd3db; border-radius: 8px 8px 0 0; font-size: 15px; }
i { margin-left: 4px; padding: 0 7px; border: 1px solid #ccd3db; border-radius: 99px; color: #5a6572; font-size: 12px; font-style: normal; }
.comment { padding: 18px 22px 8px; overflow-wrap: anywhere; }
h2 { margin: 0 0 14px; padding-bottom: 7px; border-bottom: 1px solid #dde2e8; font-size: 23px; line-height: 1.25; }
h3 { margin: 20px 0 10px; font-size: 19px; line-height: 1.25; }
p { margin: 0 0 14px; }
ul, ol { margin: 0 0 14px; padding-left: 30px; }
li { margin: 3px 0; }
code, pre { font: 14px/1.45 "DejaVu Sans Mono", "Liberation Mono", monospace; background: #eff1f4; border-radius: 6px; }
code { padding: 2px 6px; }
pre { padding: 12px 16px; white-space: pre-wrap; }
pre code { padding: 0; background: none; }
a { color: #0b5cad; }
summary { margin-bottom: 8px; }
sub { color: #5a6572; font-size: 13px; line-height: 1.5; vertical-align: baseline; }
.check { display: flex; gap: 12px; margin: 18px 0 0; padding: 13px 18px; border: 1px solid #b00020; border-radius: 8px; }
.check b { color: #b00020; }
.check i { margin-left: auto; }
`
