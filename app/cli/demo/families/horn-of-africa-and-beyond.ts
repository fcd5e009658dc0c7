import { boy, type DemoFamily, girl } from '../family.ts'

const ERITREA = { nationality: '224', country: 'ER', language: 'ti' } as const
const SOMALIA = { nationality: '273', country: 'SO', language: 'so' } as const

/** Families from Africa: Tigrinya and Amharic in Geʿez letters, Somali, Fulfulde, Igbo in Latin ones. */
export const HORN_OF_AFRICA_AND_BEYOND: readonly DemoFamily[] = [
  {
    ...ERITREA,
    home: 'altenrode',
    guardians: { mother: 'Letebrhan Tesfay' },
    children: [
      girl(['Selam', 'Tesfay', 'ሰላም', 'ተስፋይ'], 7, '01-01', 'assigned_overdue', {
        known: 'year',
        literacy: 'partly',
      }),
    ],
  },
  {
    ...ERITREA,
    home: 'lindenau',
    guardians: { father: 'Habte Gebremedhin' },
    children: [
      boy(['Mehari', 'Gebremedhin', 'መሓሪ', 'ገብረመድህን'], 8, '02-14', 'appointed_today', {
        speaks: ['ar', 'en'],
      }),
    ],
  },
  {
    ...ERITREA,
    home: 'altenrode',
    guardians: { mother: 'Freweini Kidane' },
    children: [
      boy(['Nahom', 'Kidane', 'ናሆም', 'ኪዳነ'], 6, '05-11', 'at_school_reviewed_twice', {
        literacy: 'no',
      }),
    ],
  },
  {
    ...ERITREA,
    home: 'ruhrbach',
    guardians: { mother: 'Azieb Yohannes' },
    children: [girl(['Luwam', 'Yohannes', 'ሉዋም', 'ዮሃንስ'], 1, '03-30', 'registered_today')],
  },
  {
    nationality: '225',
    country: 'ET',
    language: 'am',
    home: 'lindenau',
    guardians: { father: 'Dawit Haile' },
    children: [
      girl(['Bethlehem', 'Haile', 'ቤተልሔም', 'ኃይሌ'], 10, '01-07', 'waiting_walked_in', {
        speaks: ['en'],
      }),
    ],
  },
  {
    ...SOMALIA,
    home: 'lindenauOst',
    guardians: { mother: 'Hodan Cabdi' },
    channel: 'audio_message',
    children: [boy(['Ayaan', 'Cabdi'], 3, '01-01', 'appointed_tomorrow', { known: 'year' })],
  },
  {
    ...SOMALIA,
    home: 'ruhrbach',
    guardians: { mother: 'Ifrah Warsame' },
    children: [
      boy(['Abdi', 'Warsame'], 3, '10-30', 'assigned_due_today', { literacy: 'no' }),
      girl(['Sahra', 'Warsame'], 2, '12-01', 'assigned_due_today'),
    ],
  },
  {
    nationality: '261',
    country: 'GN',
    language: 'ff',
    home: 'lindenauOst',
    guardians: { youth_office: 'Jugendamt Kreis Lindenau, Vormundschaften' },
    lodging: 'Wohngruppe Am Wasserturm 3',
    children: [
      boy(['Mamadou', 'Diallo'], 12, '01-01', 'at_school_after_decline', {
        known: 'year',
        literacy: 'partly',
        speaks: ['fr'],
        earlier: 3,
      }),
    ],
  },
  {
    nationality: '232',
    country: 'NG',
    language: 'ig',
    home: 'altenrode',
    guardians: { mother: 'Ngozi Okafor' },
    children: [
      girl(['Chidera', 'Okafor'], 4, '08-08', 'waiting_declined', { speaks: ['en'], earlier: 2 }),
    ],
  },
]
