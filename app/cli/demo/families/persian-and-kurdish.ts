import { boy, type DemoFamily, girl } from '../family.ts'

const AFGHANISTAN = { nationality: '423', country: 'AF', language: 'prs' } as const
const TURKEY = { nationality: '163', country: 'TR' } as const

/** Families who write Persian, Dari, Pashto, Sorani (Arabic letters), Kurmancî or Turkish (Latin). */
export const PERSIAN_AND_KURDISH: readonly DemoFamily[] = [
  {
    ...AFGHANISTAN,
    home: 'altenrode',
    guardians: { father: 'Najib Noori' },
    children: [
      boy(['Wahid', 'Noori', 'وحید', 'نوری'], 10, '01-01', 'waiting_just_overdue', {
        known: 'year',
        literacy: 'no',
      }),
    ],
  },
  {
    ...AFGHANISTAN,
    home: 'altenrodeNord',
    guardians: { mother: 'Shukria Rahimi', father: 'Ghulam Rahimi' },
    children: [girl(['Zahra', 'Rahimi', 'زهرا', 'رحیمی'], 5, '06-16', 'proposed_again')],
  },
  {
    ...AFGHANISTAN,
    home: 'altenrodeNord',
    guardians: { mother: 'Homa Karimi' },
    children: [
      girl(['Sara', 'Karimi', 'سارا', 'کریمی'], 8, '04-03', 'proposed_expired'),
      boy(['Daniyal', 'Karimi', 'دانیال', 'کریمی'], 6, '10-01', 'proposed_expired'),
    ],
  },
  {
    ...AFGHANISTAN,
    home: 'altenrode',
    guardians: { father: 'Yaqub Rezai' },
    children: [boy(['Amir', 'Rezai', 'امیر', 'رضایی'], 5, '02-20', 'proposed_can_admit')],
  },
  {
    ...AFGHANISTAN,
    home: 'lindenauOst',
    guardians: { youth_office: 'Jugendamt Kreis Lindenau, Vormundschaften' },
    lodging: 'Wohngruppe Am Wasserturm 3',
    children: [
      boy(['Farhad', '', 'فرهاد', ''], 9, '01-01', 'at_school_after_missing', {
        known: 'year',
        literacy: 'no',
        speaks: ['ps'],
      }),
    ],
  },
  {
    ...AFGHANISTAN,
    language: 'ps',
    home: 'ruhrbach',
    guardians: { father: 'Gul Stanekzai' },
    children: [
      girl(['Palwasha', 'Stanekzai', 'پلوشه', 'ستانکزی'], 2, '01-01', 'registered_overdue', {
        known: 'year',
      }),
    ],
  },
  {
    ...AFGHANISTAN,
    language: 'ps',
    home: 'talhausen',
    guardians: { father: 'Sher Ahmadzai' },
    children: [
      boy(['Zmarai', 'Ahmadzai', 'زمری', 'احمدزی'], 7, '03-01', 'missed_twice', {
        known: 'month',
        speaks: ['prs'],
      }),
    ],
  },
  {
    nationality: '439',
    country: 'IR',
    language: 'fa',
    home: 'lindenau',
    guardians: { mother: 'Mahnaz Hosseini', father: 'Kamran Hosseini' },
    children: [
      girl(['Nilufar', 'Hosseini', 'نیلوفر', 'حسینی'], 4, '11-15', 'at_school_reviewed', {
        speaks: ['en'],
      }),
    ],
  },
  {
    ...TURKEY,
    language: 'kmr',
    home: 'erlbach',
    guardians: { mother: 'Zozan Demir' },
    children: [girl(['Rojîn', 'Demir'], 4, '05-25', 'missed_twice', { speaks: ['tr'] })],
  },
  {
    ...TURKEY,
    language: 'kmr',
    home: 'altenrode',
    guardians: { mother: 'Gülistan Kaya', father: 'Mehmet Kaya' },
    children: [boy(['Baran', 'Kaya'], 8, '08-18', 'at_school_after_expiry', { speaks: ['tr'] })],
  },
  {
    ...TURKEY,
    language: 'tr',
    home: 'lindenau',
    guardians: { mother: 'Ayşe Yıldız' },
    children: [girl(['Emine', 'Yıldız'], 3, '06-06', 'at_school_quickly', { earlier: 5 })],
  },
  {
    ...TURKEY,
    language: 'tr',
    home: 'ruhrbach',
    guardians: { mother: 'Sevgi Öztürk', father: 'Cengiz Öztürk' },
    children: [boy(['Kerem', 'Öztürk'], 6, '12-28', 'at_school', { earlier: 6, speaks: ['en'] })],
  },
  {
    nationality: '475',
    country: 'SY',
    language: 'kmr',
    home: 'hohenfeld',
    guardians: { mother: 'Cîhan Îsmaîl' },
    children: [
      girl(['Berîvan', 'Îsmaîl', 'بيريفان', 'إسماعيل'], 6, '09-01', 'admitted_without_day', {
        known: 'month',
        earlier: 1,
        speaks: ['ar'],
      }),
    ],
  },
  {
    nationality: '438',
    country: 'IQ',
    language: 'ckb',
    home: 'lindenauOst',
    guardians: { father: 'Karwan Hasan' },
    children: [
      girl(['Shno', 'Hasan', 'شنۆ', 'حەسەن'], 9, '04-09', 'appointed', { speaks: ['ar'] }),
    ],
  },
]
