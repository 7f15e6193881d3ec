import type { AdoptWords } from '../adopt-words.ts'

export const adopt: AdoptWords = {
  title: (organization, projects) =>
    `The organization ${organization} has ${projects} ${projects === 1 ? 'project' : 'projects'}.`,
  proposed: (count) => `${count} ${count === 1 ? 'file is' : 'files are'} proposed:`,
  written: (count) => `${count} ${count === 1 ? 'file was' : 'files were'} written:`,
  undecided: (count) => `${count} ${count === 1 ? 'needs' : 'need'} a person’s decision first:`,
  leftOut: (count) => `${count} ${count === 1 ? 'is' : 'are'} left out:`,
  claimed: (count) => `${count} ${count === 1 ? 'has' : 'have'} a file already:`,
  nothing: 'There is nothing to adopt.',
  file: 'File',
  name: 'Name',
  size: 'Size',
  why: {
    branch: 'a branch of another project',
    replica: 'a read replica of another database',
    allowed: 'explained in the settings (allow.strangers)',
    paused: 'paused: what is in it cannot be seen. Wake it at Supabase first if it is to be adopted',
    'not-up': (status) => `not up (${status}): run again when it is`,
  },
  reasons: {
    'no-slug': () => ({
      message: 'Its name has too few letters a–z to become a file’s name.',
      wayOut: 'Rename it at Supabase, or write the file by hand with its ref.',
    }),
    'slug-taken': (slug) => ({
      message: `There is a file ${slug}.yaml already, for another database.`,
      wayOut: 'Rename it at Supabase, or write the file by hand under another name.',
    }),
    'slug-shared': (slug, others) => ({
      message: `Its file would be ${slug}.yaml, and so would that of others: ${others}.`,
      wayOut: 'Decide which of them is the orchestra’s. Rename the other at Supabase, and run again.',
    }),
    'size-unknown': (size) => ({
      message: `The size ${size} cannot be declared.`,
      wayOut: 'Choose another size at Supabase, or write the file by hand without size.',
    }),
  },
  nextWrite: 'Nothing was written. Add --write to write the proposed files.',
  nextCheck:
    'Make the names the orchestras’ own, add login and contact, and open a pull request. npm run validate-orchestras checks the files.',
}
