import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDomain, parseMail, privateProvider } from '../../infra/registry/mail.ts'

test.each([
  ['Admin@Malmo.SE', 'admin@malmo.se'],
  [' admin@malmo.se ', 'admin@malmo.se'],
  ['admin+x@sub.malmö.se', 'admin+x@sub.xn--malm-8qa.se'],
])('%s is %s', (text, mail) => {
  expect(parseMail(text)).toBe(mail)
})

test.each([
  '',
  '@',
  'a@',
  '@a.se',
  'a@b',
  'a b@c.se',
  'a@b@c.se',
  'Eva <a@b.se>',
  'a@b.se, c@d.se',
  'a@b.se/x',
])('%s is no address', (text) => {
  expect(parseMail(text)).toBeUndefined()
})

test.each([
  ['MALMÖ.se', 'xn--malm-8qa.se'],
  ['a.b.example', 'a.b.example'],
  ['xn--malm-8qa.se', 'xn--malm-8qa.se'],
])('%s is the domain %s', (text, domain) => {
  expect(parseDomain(text)).toBe(domain)
})

test.each([
  '',
  'se',
  '.se',
  'a..se',
  'a.se.',
  '*.a.se',
  '-a.se',
  'a_b.se',
  '10.0.0.1',
  '1.2',
  'https://a.se',
  'a.se/x',
  'a.se:80',
])('%s is no domain', (text) => {
  expect(parseDomain(text)).toBeUndefined()
})

test.each(
  `gmail.com googlemail.com mail.gmail.com hotmail.com hotmail.se hotmail.co.uk outlook.com live.se live.com.au msn.com
  yahoo.se yahoo.co.jp icloud.com me.com mac.com telia.com bredband.net proton.me protonmail.com pm.me gmx.de aol.com
  comhem.se spray.se swipnet.se`.split(/\s+/),
)('%s is where people have their own mail', (domain) => {
  expect(privateProvider(domain)).toBeDefined()
})

test.each(
  'gso.se live.gso.se liveorkester.se mac.com.example mygmail.com outlook.malmo.se telia.se home.gso.se'.split(
    ' ',
  ),
)("%s is an organization's own", (domain) => {
  expect(privateProvider(domain)).toBeUndefined()
})

test('any text at all is an address or none, and an address is its own spelling', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.emailAddress(), (text, address) => {
      for (const candidate of [text, address]) {
        const mail = parseMail(candidate)
        if (mail !== undefined) expect(parseMail(mail)).toBe(mail)
      }
    }),
  )
})
