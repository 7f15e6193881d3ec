import type { AdoptWords } from '../adopt-words.ts'

export const adopt: AdoptWords = {
  title: (organization, projects) => `Organisationen ${organization} har ${projects} Supabase-projekt.`,
  proposed: (count) => `${count} ${count === 1 ? 'fil' : 'filer'} föreslås:`,
  written: (count) => `${count} ${count === 1 ? 'fil' : 'filer'} skrevs:`,
  undecided: (count) => `Om ${count} måste en människa bestämma först:`,
  leftOut: (count) => `${count} lämnas utanför:`,
  claimed: (count) => `${count} har redan en fil:`,
  nothing: 'Det finns inget att ta över.',
  file: 'Fil',
  name: 'Namn',
  size: 'Storlek',
  why: {
    branch: 'en gren (branch) av ett annat Supabase-projekt',
    replica: 'en läskopia av en annan databas',
    allowed: 'förklarat i inställningarna (allow.strangers)',
    paused: 'pausat: det går inte att se vad som finns i det. Väck det hos Supabase först om det ska med',
    'not-up': (status) => `inte igång (${status}): kör igen när det är det`,
  },
  reasons: {
    'no-slug': () => ({
      message: 'Namnet innehåller för få bokstäver a–z för att bli ett filnamn.',
      wayOut: 'Döp om det hos Supabase, eller skriv filen för hand med dess ref.',
    }),
    'slug-taken': (slug) => ({
      message: `Det finns redan en fil ${slug}.yaml, för en annan databas.`,
      wayOut: 'Döp om det hos Supabase, eller skriv filen för hand under ett annat namn.',
    }),
    'slug-shared': (slug, others) => ({
      message: `Filen skulle heta ${slug}.yaml, och det skulle den för fler: ${others}.`,
      wayOut: 'Bestäm vilket av dem som är orkesterns. Döp om det andra hos Supabase, och kör igen.',
    }),
    'size-unknown': (size) => ({
      message: `Storleken ${size} går inte att deklarera.`,
      wayOut: 'Välj en annan storlek hos Supabase, eller skriv filen för hand utan size.',
    }),
  },
  nextWrite: 'Ingenting skrevs. Lägg till --write för att skriva de föreslagna filerna.',
  nextCheck:
    'Rätta namnen till orkestrarnas egna, lägg till login och contact, och öppna en pull request. npm run validate-orchestras kontrollerar filerna.',
}
