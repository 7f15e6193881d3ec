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
  resized: (count, monthly) =>
    `${orchestras(count)} får en annan storlek: databasen startar om och är borta några minuter${
      monthly === null
        ? ''
        : `, och kostnaden ${
            monthly === 0
              ? 'blir ungefär densamma'
              : `${monthly > 0 ? 'ökar' : 'minskar'} med ungefär ${Math.abs(monthly)} USD i månaden`
          }`
    }:`,
  paused: (count) =>
    `${orchestras(count)} pausas: databasen vilar med sina uppgifter kvar, ingen kan logga in, och den bevisas inte så länge:`,
  woken: (count) => `${orchestras(count)} väcks ur sin paus:`,
  mended: (count) =>
    `${orchestras(count)} hade en fil som inte gick att läsa; vad som ändrats syns inte här:`,
  replaced: (count) =>
    `${orchestras(count)} får en annan databas i stället för den gamla, efter en återställning eller flytt. Den nya måste vara orkesterns egen; den gamla lämnas orörd:`,
  retiring: (count) =>
    `${orchestras(count)} anmäls för avveckling. Ingenting tas bort ännu: det gör nästa pull request, den som tar bort filen. Innan dess sparas en kopia av databasen, med konton. Tas raden retire bort igen är det avbrutet:`,
  unretired: (count) => `${orchestras(count)} ska inte avvecklas längre:`,
  deleted: (count) =>
    `⚠️ ${orchestras(count)} avvecklas. DATABASEN TAS BORT, när en kopia är sparad och kontrollerad. Det kan inte göras ogjort:`,
  removed: (count) => `${orchestras(count)} förlorar sin fil. Ingen databas tas bort för det:`,
  migrations: (count, databases, canary) =>
    `${count} ${count === 1 ? 'ny migrering' : 'nya migreringar'} körs i varje orkesters databas (${databases} finns redan), ${canary ? `${canary} först` : 'en först och därefter de andra'}:`,
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
    replaces: 'ersätter',
    retire: 'anmäld för avveckling',
  },
  nobody: 'inget',
  more: (count) => `… och ${count} till.`,
  problems: 'Fel i filerna',
  applyRefuses: 'Det här skulle körningen vägra',
}
