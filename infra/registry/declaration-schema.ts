import { z } from 'zod'
import { mapping } from './complain.ts'
import { domainField, mailField, nameField, refField, SIZES } from './fields.ts'

/**
 * An orchestra's file. The descriptions are shown by editors, by way of `orchestras/schema.json`; the same in English
 * is for `docs/reference.md`.
 */
export const declarationSchema = mapping({
  name: nameField({
    title: 'Name',
    english: 'What musicians know the orchestra by; unique, and the only key that must be there',
    description:
      'Orkesterns namn, så som musikerna ska se det. Inget annat är obligatoriskt. Varje namn får bara finnas en gång.',
    examples: ['Malmö Symfoniorkester'],
  }),
  region: z
    .string()
    .meta({
      title: 'Region',
      english: 'Where the database lies; else the settings’ region. Fixed once the database exists',
      description:
        'Var databasen ska ligga. Utelämnas den gäller inställningarnas region. Kan inte ändras när databasen väl finns.',
      examples: ['eu-north-1'],
    })
    .optional(),
  size: z
    .enum(SIZES)
    .meta({
      title: 'Size',
      english: 'Supabase’s size of the database; else the settings’ size. A change restarts it',
      description:
        'Databasens storlek hos Supabase. Utelämnas den gäller inställningarnas storlek. Ändras den startar databasen om och är borta några minuter.',
      examples: ['micro'],
    })
    .optional(),
  ref: refField({
    title: 'Ref of an existing project',
    english:
      'Only to take over a project that exists already: its ref, in any spelling. Changes only together with `replaces`',
    description:
      'Bara för ett Supabase-projekt som redan finns och ska tas över: dess ref, tjugo bokstäver a–z (Project Settings → General → Project ID). Utelämnas den skapas en ny databas. Kan inte ändras i efterhand, annat än tillsammans med replaces.',
    examples: ['abcdefghijklmnopqrst'],
  }).optional(),
  replaces: refField({
    title: 'Replaces',
    english: 'Only when a restored or moved database takes the old one’s place: the old ref',
    description:
      'Bara när orkestern har fått en ny databas i stället för den gamla, genom en återställning till ett nytt Supabase-projekt eller en flytt: den gamla databasens ref. Den nya står i ref.',
    examples: ['abcdefghijklmnopqrst'],
  }).optional(),
  login: mapping({
    admins: z
      .array(
        mailField('login.admins', {
          title: 'Role address',
          description: 'En rolladress, aldrig någons privata adress. Får bara stå hos en orkester.',
          examples: ['admin@malmosymfoni.example'],
        }),
      )
      .meta({
        title: 'Administrators',
        english: 'Role addresses that are this orchestra’s alone; at the common address they log in here',
        description: 'De som sköter orkesterns egen inloggning.',
      })
      .optional(),
    domains: z
      .array(
        domainField({
          title: 'Mail domain',
          description:
            'En e-postdomän som orkesterns musiker loggar in med. Delas den av flera orkestrar frågar den gemensamma inloggningen efter orkesterns egen adress.',
          examples: ['malmosymfoni.example'],
        }),
      )
      .meta({
        title: 'Mail domains',
        english: 'Mail domains whose people log in here, unless another orchestra has the same one',
        description: 'E-postdomäner som hör till orkestern.',
      })
      .optional(),
  })
    .meta({ title: 'Login', description: 'Vilka som hör till orkestern.' })
    .optional(),
  contact: mailField('contact', {
    title: 'Contact',
    english: 'Role address of who answers for the orchestra',
    description: 'Rolladress till den som svarar för orkestern om något händer.',
    examples: ['kontakt@malmosymfoni.example'],
  }).optional(),
  paused: z
    .boolean()
    .meta({
      title: 'Paused',
      english: '`true`: the database rests, its rows stay, and it is not proven meanwhile',
      description:
        'true när databasen ska vila: nästa körning pausar den, med alla uppgifter kvar, och den räknas då inte som bevisad. Tas raden bort väcks den. Supabase pausar bara på gratisplanen och plattformsplanen.',
      examples: [true],
    })
    .optional(),
  retire: refField({
    title: 'Retire',
    english:
      'Only to end the orchestra: its database’s ref once more. The file may go in the next pull request',
    description:
      'Bara när orkesterns databas ska avvecklas: databasens ref en gång till, som bekräftelse. Filen får tas bort i nästa pull request.',
    examples: ['abcdefghijklmnopqrst'],
  }).optional(),
}).meta({
  title: 'Orchestra',
  description: 'En orkester med en egen databas. Filens namn är orkesterns slug och ändras aldrig.',
})
