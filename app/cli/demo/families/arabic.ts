import { boy, type DemoFamily, girl } from '../family.ts'

const SYRIA = { nationality: '475', country: 'SY', language: 'ar' } as const
const IRAQ = { nationality: '438', country: 'IQ', language: 'ar' } as const

/** Families who write Arabic. */
export const ARABIC: readonly DemoFamily[] = [
  {
    ...SYRIA,
    home: 'altenrode',
    guardians: { mother: 'Hanan Al-Hamdan', father: 'Samir Al-Hamdan' },
    children: [
      boy(['Omar', 'Al-Hamdan', 'عمر', 'الحمدان'], 8, '05-17', 'at_school_late'),
      girl(['Yusra', 'Al-Hamdan', 'يسرا', 'الحمدان'], 6, '01-01', 'waiting_due_today', {
        known: 'year',
      }),
      girl(['Lina', 'Al-Hamdan', 'لينا', 'الحمدان'], 2, '08-23', 'at_school_late'),
    ],
  },
  {
    ...SYRIA,
    home: 'lindenau',
    guardians: { mother: 'Amal Darwish' },
    channel: 'text_message',
    children: [
      girl(['Nour', 'Darwish', 'نور', 'درويش'], 4, '02-11', 'appointed', { hasFixedSlip: true }),
    ],
  },
  {
    ...SYRIA,
    home: 'hohenfeld',
    guardians: { father: 'Adnan Al-Khatib' },
    children: [
      boy(['Mahmoud', 'Al-Khatib', 'محمود', 'الخطيب'], 9, '11-30', 'waiting_overdue', {
        literacy: 'no',
        speaks: ['tr'],
      }),
    ],
  },
  {
    ...SYRIA,
    home: 'altenrode',
    guardians: { mother: 'Maysoon Mansour', father: 'Khalil Mansour' },
    children: [
      boy(['Tarek', 'Mansour', 'طارق', 'منصور'], 7, '06-02', 'proposed_can_admit', {
        speaks: ['en'],
      }),
    ],
  },
  {
    ...SYRIA,
    home: 'altenrodeNord',
    guardians: { mother: 'Rima Haddad' },
    lodging: 'Unterkunft Am Güterbahnhof, Haus 2, Zimmer 7',
    children: [
      girl(['Lana', 'Haddad', 'لانا', 'حداد'], 9, '03-01', 'proposed_other', {
        known: 'month',
        literacy: 'partly',
      }),
    ],
  },
  {
    ...SYRIA,
    home: 'altenrodeNord',
    guardians: { father: 'Ziad Saleh' },
    children: [girl(['Noor', 'Saleh', 'نور', 'صالح'], 6, '09-09', 'waiting_declined')],
  },
  {
    ...SYRIA,
    home: 'erlbach',
    guardians: { mother: 'Rania Al-Najjar' },
    channel: 'letter',
    children: [
      girl(['Salma', 'Al-Najjar', 'سلمى', 'النجار'], 8, '04-26', 'waiting', { addressLock: true }),
    ],
  },
  {
    ...IRAQ,
    home: 'ruhrbach',
    guardians: { mother: 'Ikhlas Al-Jabouri', father: 'Hatem Al-Jabouri' },
    children: [
      boy(['Hussein', 'Al-Jabouri', 'حسين', 'الجبوري'], 10, '01-01', 'assigned', {
        known: 'year',
        speaks: ['ckb'],
      }),
      girl(['Zainab', 'Al-Jabouri', 'زينب', 'الجبوري'], 3, '07-14', 'at_school'),
    ],
  },
  {
    nationality: '252',
    country: 'MA',
    language: 'ar',
    home: 'lindenau',
    guardians: { father: 'Rachid Bouzid' },
    children: [
      girl(['Imane', 'Bouzid', 'إيمان', 'بوزيد'], 5, '12-19', 'registered', { speaks: ['fr'] }),
    ],
  },
  {
    nationality: '277',
    country: 'SD',
    language: 'ar',
    home: 'lindenauOst',
    guardians: { youth_office: 'Jugendamt Kreis Lindenau, Vormundschaften' },
    lodging: 'Wohngruppe Am Wasserturm 3',
    children: [
      boy(['Abdelrahim', '', 'عبد الرحيم', ''], 11, '01-01', 'at_school_quickly', {
        known: 'year',
        literacy: 'partly',
      }),
    ],
  },
  {
    nationality: '997',
    country: 'LB',
    language: 'ar',
    home: 'lindenau',
    guardians: { mother: 'Fadia Qasem', father: 'Bilal Qasem' },
    children: [
      boy(['Adam', 'Qasem', 'آدم', 'قاسم'], 1, '05-29', 'admitted'),
      girl(['Siwar', 'Qasem', 'سوار', 'قاسم'], 1, '05-29', 'admitted'),
    ],
  },
]
