// Runs in the reader's browser, inside the page. All that it says stands in the page already, in its language.
;(() => {
  const MINUTE = 60000
  const TOLERANCE = 5 * MINUTE
  const language = document.documentElement.lang
  const byId = (id) => document.getElementById(id)
  const collator = new Intl.Collator('sv', { numeric: true, sensitivity: 'base' })

  // The age of the last proof, and what becomes of the verdict when it is older than promised.
  const verdict = byId('verdict')
  const age = byId('age')
  const proof = Date.parse(verdict.dataset.proof)
  const promise = Number(verdict.dataset.promise) * MINUTE
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'always' })

  const inWords = (ms) => {
    const minutes = Math.max(0, Math.floor(ms / MINUTE))
    if (minutes < 120) return relative.format(-minutes, 'minute')
    if (minutes < 2880) return relative.format(-Math.floor(minutes / 60), 'hour')
    return relative.format(-Math.floor(minutes / 1440), 'day')
  }
  const alarm = (text) => {
    const place = byId('alarm')
    if (place.textContent !== text) place.textContent = text
    place.hidden = false
  }
  const goStale = () => {
    if (verdict.className === 'isolated') {
      verdict.className = 'stale'
      byId('now').textContent = verdict.dataset.stale
      byId('then').hidden = false
      byId('what').textContent = verdict.dataset.staleNow
      document.title = document.title.replace('✅', '⚠️')
    } else if (verdict.className !== 'stale') {
      alarm(verdict.dataset.overdue)
    }
  }
  const tick = () => {
    const ms = Date.now() - proof
    if (ms < -TOLERANCE) {
      age.textContent = ''
      return alarm(verdict.dataset.clock)
    }
    const text = `(${inWords(ms)})`
    if (age.textContent !== text) age.textContent = text
    if (ms > promise) {
      age.className = 'overdue'
      goStale()
    }
  }
  if (!Number.isNaN(proof)) {
    tick()
    setInterval(tick, 5000)
    document.addEventListener('visibilitychange', tick)
  }

  // Searching.
  const table = document.querySelector('#orchestras table')
  const body = table.tBodies[0]
  const rows = [...body.rows]
  const words = new Map(rows.map((row) => [row, row.textContent.toLocaleLowerCase(language)]))
  const query = byId('query')
  const hits = byId('hits')
  byId('search').hidden = false
  query.addEventListener('input', () => {
    const wanted = query.value.toLocaleLowerCase(language).split(/\s+/).filter(Boolean)
    let count = 0
    for (const row of rows) {
      row.hidden = !wanted.every((word) => words.get(row).includes(word))
      if (!row.hidden) count += 1
    }
    hits.textContent =
      wanted.length === 0 ? '' : count === 0 ? hits.dataset.none : hits.dataset.say.replace('#', count)
  })

  // Sorting by any column; what is not known comes last either way.
  const heads = [...table.tHead.rows[0].cells]
  const keyOf = (row, column) => {
    const cell = row.cells[column]
    const time = cell.querySelector('time')
    return cell.dataset.value ?? time?.dateTime ?? cell.textContent
  }
  const sort = (column, down) => {
    const keyed = rows.map((row) => [keyOf(row, column), row])
    keyed.sort(([a], [b]) => (a === '–') - (b === '–') || collator.compare(a, b) * (down ? -1 : 1))
    body.append(...keyed.map(([, row]) => row))
  }
  heads.forEach((head, column) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = head.textContent
    head.replaceChildren(button)
    head.setAttribute('aria-sort', column === 0 ? 'ascending' : 'none')
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending'
      for (const other of heads) other.setAttribute('aria-sort', 'none')
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending')
      sort(column, down)
      hits.textContent = `${button.textContent}: ${down ? table.dataset.descending : table.dataset.ascending}`
    })
  })

  // On a phone the table is laid out as cards, which takes its meaning away from those who hear it: said again.
  const roles = { TABLE: 'table', THEAD: 'rowgroup', TBODY: 'rowgroup', TR: 'row', TD: 'cell' }
  for (const one of table.querySelectorAll('thead, tbody, tr, td'))
    one.setAttribute('role', roles[one.tagName])
  for (const one of table.querySelectorAll('th')) {
    one.setAttribute('role', one.scope === 'col' ? 'columnheader' : 'rowheader')
  }
  table.setAttribute('role', 'table')
})()
