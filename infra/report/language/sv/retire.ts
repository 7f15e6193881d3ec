import type { ErrorValues } from '../../../errors.ts'
import type { Said } from '../catalogue.ts'

type Held = ErrorValues['retire-held']

const BACK = 'Lägg annars tillbaka filen, med retire kvar i den.'

/** Varför en avveckling väntar. Ingenting har tagits bort. */
const WHY: { readonly [W in Held['why']]: (detail: string) => Said } = {
  locked: () => ({
    message: 'en incident står öppen',
    wayOut:
      'Lägg tillbaka filen, med retire kvar i den, om incidenten bara står öppen för dess skull. När incidenten är avslutad tas filen bort igen; lades den inte tillbaka går nästa körning vidare av sig själv.',
  }),
  breach: () => ({
    message: 'databasen nämns i ett isoleringsbrott: den kan hålla en annan orkesters uppgifter',
    wayOut: `Red ut brottet först. ${BACK}`,
  }),
  unproven: () => ({
    message: 'databasen är inte bevisad: det går inte att veta vems den är, eller så vilar den',
    wayOut: `Kör check-databases, åtgärda det som visas och kör igen. Vilar den: lägg tillbaka filen med retire, utan paused.`,
  }),
  gate: () => ({
    message: 'isoleringen är inte bevisad för alla orkestrar',
    wayOut: `Åtgärda det som rapporten visar och kör igen. ${BACK}`,
  }),
  backup: (detail) => ({
    message: `Supabases egen säkerhetskopiering är inte i ordning (${detail})`,
    wayOut: `Se under Database → Backups hos Supabase. När en ny säkerhetskopia är klar: kör igen.`,
  }),
  files: (detail) => ({
    message: `${detail} filer ligger i Supabase-projektets lagring (Storage), och de kommer inte med i kopian`,
    wayOut: 'Hämta dem som ska sparas, töm lagringen och kör igen.',
  }),
  'dump-key': () => ({
    message:
      'inställningarna saknar nyckeln (dumpKey) som uppgifterna ska förseglas med innan de lämnar GitHubs maskin',
    wayOut:
      'Gör ett nyckelpar enligt docs/retire.md, skriv in den publika halvan i .github/orchestras.yml och kör igen.',
  }),
  'dump-unkept': () => ({
    message: 'ingen kopia som stämmer med databasen är tagen i säkerhet från den här maskinen',
    wayOut:
      'Steget ”Keep dumps” före det här ska ha lyckats. Har någon skrivit i databasen sedan dess: se till att ingen använder den, och kör igen.',
  }),
  'written-to': (detail) => ({
    message: `någon skriver i databasen medan den kopieras (${detail})`,
    wayOut: 'Se till att ingen använder den längre, och kör igen.',
  }),
}

export function retireHeld({ slug, ref, why, detail }: Held): Said {
  const { message, wayOut } = WHY[why](detail)
  return { message: `${slug}: databasen ${ref} avvecklas inte: ${message}. Ingenting är borttaget.`, wayOut }
}
