const formats = {
  sv: new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    timeZone: 'Europe/Stockholm',
  }),
  en: new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: 'Europe/Stockholm',
  }),
}

/** A moment as people in Sweden read it on their clocks; `at` is ISO text, or seconds since 1970 as text. */
export function stockholm(at: string, language: 'sv' | 'en'): string {
  const time = /^\d+(\.\d+)?$/.test(at) ? new Date(Number(at) * 1000) : new Date(at)
  return Number.isNaN(time.getTime()) ? at : formats[language].format(time)
}
