import { boy, type DemoFamily, girl } from '../family.ts'

const GEORGIA = { nationality: '430', country: 'GE', language: 'ka' } as const

/** Families who write Georgian, Armenian, Devanagari, Tamil, Urdu or Chinese, and two in Latin. */
export const CAUCASUS_AND_ASIA: readonly DemoFamily[] = [
  {
    ...GEORGIA,
    home: 'lindenau',
    guardians: { mother: 'Ketevan Beridze' },
    children: [
      boy(['Giorgi', 'Beridze', 'გიორგი', 'ბერიძე'], 8, '02-08', 'at_school_review_overdue'),
      girl(['Nino', 'Beridze', 'ნინო', 'ბერიძე'], 6, '08-30', 'at_school_late', { earlier: 2 }),
    ],
  },
  {
    ...GEORGIA,
    home: 'altenrodeNord',
    guardians: { father: 'Zurab Kapanadze' },
    children: [
      boy(['Luka', 'Kapanadze', 'ლუკა', 'კაპანაძე'], 10, '05-03', 'assigned_overdue', {
        speaks: ['ru'],
        earlier: 2,
      }),
    ],
  },
  {
    nationality: '422',
    country: 'AM',
    language: 'hy',
    home: 'ruhrbach',
    guardians: { mother: 'Gayane Hakobyan' },
    children: [
      girl(['Anahit', 'Hakobyan', 'Անահիտ', 'Հակոբյան'], 6, '12-24', 'at_school_reviewed', {
        speaks: ['ru'],
        earlier: 10,
      }),
    ],
  },
  {
    nationality: '436',
    country: 'IN',
    language: 'hi',
    home: 'lindenauOst',
    guardians: { mother: 'Kavita Sharma', father: 'Rohit Sharma' },
    channel: 'email',
    children: [
      boy(['Aarav', 'Sharma', 'आरव', 'शर्मा'], 2, '03-19', 'at_school', {
        speaks: ['en'],
        earlier: 23,
      }),
    ],
  },
  {
    nationality: '431',
    country: 'LK',
    language: 'ta',
    home: 'altenrode',
    guardians: { father: 'Ravi Sivakumar' },
    children: [
      girl(['Thanuja', 'Sivakumar', 'தனுஜா', 'சிவகுமார்'], 9, '06-28', 'appointed_yesterday'),
    ],
  },
  {
    nationality: '461',
    country: 'PK',
    language: 'ur',
    home: 'erlbach',
    guardians: { father: 'Tariq Malik' },
    children: [girl(['Hira', 'Malik', 'حرا', 'ملک'], 7, '07-22', 'registered_due_soon')],
  },
  {
    nationality: '479',
    country: 'CN',
    language: 'zh',
    home: 'lindenau',
    guardians: { mother: 'Li Wenjing', father: 'Wang Haoran' },
    children: [
      girl(['Yichen', 'Wang', '奕辰', '王'], 5, '04-30', 'waiting_withdrawn', { speaks: ['en'] }),
    ],
  },
  {
    nationality: '458',
    country: 'NP',
    language: 'ne',
    home: 'talhausen',
    guardians: { mother: 'Maya Tamang' },
    children: [
      girl(['Sunita', 'Tamang', 'सुनिता', 'तामाङ'], 6, '11-20', 'waiting_walked_in', {
        earlier: 1,
      }),
    ],
  },
  {
    nationality: '425',
    country: 'AZ',
    language: 'az',
    home: 'lindenau',
    guardians: { mother: 'Sevinc Əliyeva' },
    children: [boy(['Tural', 'Əliyev'], 8, '10-17', 'registered_overdue', { speaks: ['ru'] })],
  },
  {
    nationality: '432',
    country: 'VN',
    language: 'vi',
    home: 'altenrode',
    guardians: { mother: 'Phạm Thu Hà' },
    children: [girl(['Minh Anh', 'Nguyễn'], 3, '02-22', 'registered_today')],
  },
]
