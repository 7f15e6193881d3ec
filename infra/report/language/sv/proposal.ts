import type { ProposalWords } from '../proposal-words.ts'
import { shown } from '../quote.ts'

const EMPTY = 'Töm fältet, så får orkestern en ny databas.'

export const proposal: ProposalWords = {
  ready: (slug) => `Kontrollerat: ${slug} kan läggas till`,
  refused: (count) => `${count} ${count === 1 ? 'sak' : 'saker'} att rätta först`,
  noForm: {
    message: 'Formulärets rubriker finns inte kvar i ärendet',
    wayOut: 'Stäng det här ärendet och fyll i formuläret ”Ny orkester” på nytt (Issues → New issue).',
  },
  notAllowed: {
    message: 'Tack! Men en ny orkester läggs till av någon som får skriva i repot',
    wayOut: 'Be en superadministratör fylla i samma formulär. Inget har skapats.',
  },
  occupied: {
    foreign: (branch) => ({
      message: `Grenen ${branch} finns redan och hör inte till det här ärendet`,
      wayOut:
        'Finns ett annat ärende eller en pull request för samma orkester, fortsätt där och stäng det här. Annars välj ett annat kortnamn, eller be en superadministratör ta bort grenen. Ingenting skrevs i den.',
    }),
    touched: (branch) => ({
      message: `Någon har själv ändrat i grenen ${branch}`,
      wayOut:
        'Gör resten av ändringarna där, eller ta bort grenen och redigera ärendet. Ingenting skrevs över.',
    }),
  },
  closed: 'Ärendet är stängt: ingenting väntar på att läggas till',
  failed: 'Det gick inte att kontrollera ärendet',
  failedNext:
    'Ingenting lades till. Redigera ärendet och spara, så görs ett nytt försök; superadministratörerna ser vad som hände under Actions.',
  open: 'Öppna pull requesten',
  openNext:
    'Tryck på **Create pull request** på sidan som kommer. Då börjar kontrollerna, och en kommentar visar vad som kommer att skapas. En annan människa granskar och godkänner. Ändras ärendet görs det här om.',
  openAt: 'Öppna pull requesten',
  goOn: (pull) => `Pull request ${pull} är öppen`,
  goOnNext: 'Filen i den är som i ärendet. Kontrollerna och granskningen fortsätter där.',
  howToEdit:
    'Välj **Edit** i menyn (···) överst i ärendet, rätta under rubriken och spara. Rubrikerna ska stå kvar. Kontrollen görs om av sig själv och svaret här ändras.',
  removed: (branch) => `Grenen ${branch}, som det här ärendet inte längre behöver, är borttagen.`,
  kept: (branch) =>
    `Grenen ${branch} hör till det här ärendet men stämmer inte längre med det. Den är kvar, för den har en öppen pull request eller någons egna ändringar: stäng och ta bort den för hand.`,
  fields: {
    name: 'Namn',
    slug: 'Kortnamn',
    forEver: 'Det ändras aldrig, och inte regionen heller.',
    where: 'Var och hur stor',
    monthly: (cost) => `ungefär ${cost} i månaden`,
    file: 'Filen',
  },
  unread: {
    doubled: {
      message: 'Rubriken står mer än en gång.',
      wayOut: 'Behåll den en gång, med svaret under, och ta bort resten.',
    },
    'several-lines': {
      message: 'Här står mer än en rad.',
      wayOut: 'Skriv svaret på en enda rad, och ta bort annan text under rubriken.',
    },
    'too-long': {
      message: 'Svaret är alldeles för långt.',
      wayOut: 'Skriv bara det som rubriken frågar efter.',
    },
  },
  noSlug: {
    message: 'Namnet har för få bokstäver a–z för att bli ett kortnamn.',
    wayOut: 'Skriv ett kortnamn själv: små bokstäver a–z, siffror och bindestreck, till exempel malmo.',
  },
  slugTaken: (slug) => ({
    message: `Det finns redan en orkester med kortnamnet ${shown(slug)}.`,
    wayOut: 'Är det samma orkester finns den redan. Annars skriv ett annat kortnamn, till exempel med orten.',
  }),
  wayOuts: {
    'bad-slug': ({ suggestion }) =>
      suggestion === null
        ? 'Skriv ett annat, till exempel malmo, eller töm fältet, så görs det av namnet.'
        : `Skriv ${suggestion}, eller töm fältet, så görs det av namnet.`,
    'bad-ref': () => `Kopiera den från Supabase: Project Settings → General → Project ID. ${EMPTY}`,
    'shared-ref': () =>
      `Varje orkester ska ha sin egen databas. ${EMPTY} Annars slå upp i Supabase vilken av dem refen tillhör.`,
    'ref-claimed-before': () => `${EMPTY} En ref går aldrig vidare till en annan orkester.`,
    'ref-differs-from-ledger': () => `${EMPTY} Eller skriv den ref som liggaren har.`,
    'shared-name': () =>
      'Är det samma orkester finns den redan. Annars skilj namnen åt, till exempel med orten.',
    'shared-admin': () => 'Skriv en rolladress som är orkesterns egen.',
    'secret-in-file': () =>
      'Byt det i Supabase: att ta bort det här räcker inte, för det finns kvar i ärendets historik. Skriv sedan bara det som rubriken frågar efter.',
  },
  pull: {
    title: (slug) => `Ny orkester: ${slug}`,
    text: (issue) =>
      `Closes #${issue}\n\nFilen är gjord av formuläret i ärendet. Det som skapas, var och till vilken kostnad står i kommentaren som kommer.`,
  },
  notAsked: (issue, label) => `Ärende ${issue} har inte etiketten ${label}: ingenting gjordes.`,
}
