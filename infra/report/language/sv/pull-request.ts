import type { PullRequestWords } from '../pull-request.ts'

const orchestras = (count: number) => `${count} ${count === 1 ? 'orkester' : 'orkestrar'}`

export const pullRequest: PullRequestWords = {
  refused: (count) => `❌ Kan inte införas: ${count} fel`,
  fine: (created, adopted) =>
    created + adopted === 0
      ? '✅ Inga nya databaser'
      : `✅ ${[
          created > 0 ? `${created} ${created === 1 ? 'ny databas' : 'nya databaser'}` : '',
          adopted > 0
            ? `${adopted} ${adopted === 1 ? 'befintlig databas' : 'befintliga databaser'} tas över`
            : '',
        ]
          .filter(Boolean)
          .join(', ')}`,
  nothing: 'Inget ändras för någon orkester.',
  created: (count, monthly) =>
    `${orchestras(count)} får en ny databas${monthly === null ? '' : `, tillsammans ungefär ${monthly} USD i månaden`}:`,
  adopted: (count) =>
    `${orchestras(count)} får ett Supabase-projekt som redan finns (det skapas inget, men det tas över):`,
  changed: (count) => `${orchestras(count)} ändras:`,
  mended: (count) =>
    `${orchestras(count)} hade en fil som inte gick att läsa; vad som ändrats syns inte här:`,
  removed: (count) => `${orchestras(count)} förlorar sin fil. Ingen databas tas bort för det:`,
  same: (count) => `${orchestras(count)} är som förut.`,
  organization: (from, to) => `Organisationen ändras från ${from} till ${to}: det gäller alla orkestrar.`,
  otherFiles: (count) =>
    `${count} ${count === 1 ? 'fil' : 'filer'} utanför orkestrarna ändras. Det kräver en kodägares granskning.`,
  workflows:
    'Arbetsflödena ändras: den här kontrollen är då ändringens egen, och det den säger bevisar ingenting. Godkänn bara efter en kodägares granskning.',
  monthly: 'Ungefär i månaden',
  size: 'Storlek',
  aboutMonthly: (monthly) => `${monthly} USD`,
  costNote: ({ source, asOf, plan, planMonthly, credit }) =>
    `Serverns pris enligt ${source}, ${asOf}. Därtill kommer planen (${plan}: ${planMonthly} USD i månaden för hela organisationen, varav ${credit} USD räknas av på servrarna), disk och trafik.`,
  fields: {
    name: 'namn',
    ref: 'databasens ref',
    region: 'plats (region)',
    size: 'storlek',
    admins: 'administratörer',
    domains: 'domäner för inloggning',
    contact: 'kontakt',
    paused: 'pausad',
    retire: 'anmäld för avveckling',
  },
  nobody: 'inget',
  more: (count) => `… och ${count} till.`,
  problems: 'Fel i filerna',
  applyRefuses: 'Det här skulle körningen vägra',
}
