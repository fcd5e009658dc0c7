import { boy, type DemoFamily, girl } from '../family.ts'

const ROMANIA = { nationality: '154', country: 'RO', language: 'ro' } as const

/** Families who write Latin letters with signs of their own: Romanian, Albanian, Polish, Spanish … */
export const SOUTH_EAST_EUROPE_AND_LATIN: readonly DemoFamily[] = [
  {
    ...ROMANIA,
    home: 'moorhagen',
    guardians: { mother: 'Mihaela Dumitru' },
    children: [boy(['Ionuț', 'Dumitru'], 2, '04-21', 'appointed_tomorrow')],
  },
  {
    ...ROMANIA,
    home: 'ruhrbach',
    guardians: { mother: 'Doina Rădulescu', father: 'Costel Rădulescu' },
    children: [
      boy(['Ilie', 'Rădulescu'], 7, '02-03', 'proposed_overdue', { earlier: 1 }),
      girl(['Ana-Maria', 'Rădulescu'], 6, '07-19', 'at_school_quickly', { earlier: 12 }),
    ],
  },
  {
    ...ROMANIA,
    language: 'rom',
    home: 'hohenfeld',
    guardians: { father: 'Gheorghe Lingurar' },
    children: [
      boy(['Florin', 'Lingurar'], 9, '01-01', 'waiting_overdue', {
        known: 'year',
        earlier: 4,
        literacy: 'no',
        speaks: ['ro'],
      }),
    ],
  },
  {
    nationality: '121',
    country: 'AL',
    language: 'sq',
    home: 'altenrode',
    guardians: { mother: 'Majlinda Hoxha', father: 'Agron Hoxha' },
    children: [girl(['Elira', 'Hoxha'], 1, '06-11', 'admitted')],
  },
  {
    nationality: '150',
    country: 'XK',
    language: 'sq',
    home: 'lindenau',
    guardians: { father: 'Besnik Krasniqi' },
    children: [boy(['Arbër', 'Krasniqi'], 6, '03-15', 'at_school_after_missing', { earlier: 7 })],
  },
  {
    nationality: '144',
    country: 'MK',
    language: 'sq',
    home: 'ruhrbach',
    guardians: { mother: 'Teuta Berisha' },
    children: [
      girl(['Drita', 'Berisha'], 7, '11-08', 'at_school_after_expiry', {
        speaks: ['mk'],
        earlier: 3,
      }),
    ],
  },
  {
    nationality: '349',
    country: 'CO',
    language: 'es',
    home: 'lindenau',
    guardians: { mother: 'Marcela Ruiz Peña' },
    children: [
      girl(['Valentina', 'García Ruiz'], 8, '10-14', 'at_school_after_sent_back', { earlier: 5 }),
    ],
  },
  {
    nationality: '152',
    country: 'PL',
    language: 'pl',
    home: 'altenrode',
    guardians: { mother: 'Agnieszka Nowak-Wiśniewska' },
    children: [girl(['Zofia', 'Nowak-Wiśniewska'], 4, '01-29', 'not_started')],
  },
  {
    nationality: '327',
    country: 'BR',
    language: 'pt',
    home: 'lindenau',
    guardians: { father: 'Edson Ferreira da Silva' },
    children: [boy(['Tiago', 'Ferreira da Silva'], 3, '09-24', 'at_school_gone')],
  },
]
