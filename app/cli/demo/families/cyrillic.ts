import { boy, type DemoFamily, girl } from '../family.ts'

const UKRAINE = { nationality: '166', country: 'UA', language: 'uk' } as const
const BULGARIA = { nationality: '125', country: 'BG', language: 'bg' } as const

/** Families who write Cyrillic: from Ukraine, Bulgaria, Serbia and further east. */
export const CYRILLIC: readonly DemoFamily[] = [
  {
    ...UKRAINE,
    home: 'lindenau',
    guardians: { mother: 'Tetiana Melnyk' },
    children: [
      boy(['Bohdan', 'Melnyk', 'Богдан', 'Мельник'], 11, '10-21', 'proposed_overdue', {
        speaks: ['ru', 'en'],
      }),
    ],
  },
  {
    ...UKRAINE,
    home: 'altenrode',
    guardians: { mother: 'Olena Kovalenko', father: 'Serhii Kovalenko' },
    channel: 'email',
    children: [girl(['Daryna', 'Kovalenko', 'Дарина', 'Коваленко'], 6, '03-08', 'registered')],
  },
  {
    ...UKRAINE,
    home: 'lindenau',
    guardians: { mother: 'Iryna Hrytsenko' },
    children: [
      boy(['Artem', 'Hrytsenko', 'Артем', 'Гриценко'], 7, '07-30', 'assigned_no_place', {
        german: 'A1',
        form: '20',
      }),
    ],
  },
  {
    ...UKRAINE,
    home: 'altenrode',
    guardians: { mother: 'Nadiia Bondar', father: 'Vasyl Bondar' },
    children: [
      girl(['Viktoriia', 'Bondar', 'Вікторія', 'Бондар'], 8, '02-27', 'admitted_overdue', {
        speaks: ['ru'],
      }),
    ],
  },
  {
    ...UKRAINE,
    home: 'lindenauOst',
    guardians: { mother: 'Liudmyla Shevchuk' },
    children: [
      girl(['Maryna', 'Shevchuk', 'Марина', 'Шевчук'], 10, '12-05', 'at_school_with_b1', {
        german: 'A2',
        form: '20',
      }),
    ],
  },
  {
    ...UKRAINE,
    home: 'ruhrbach',
    guardians: { mother: 'Yuliia Lysenko' },
    children: [
      girl(['Kateryna', 'Lysenko', 'Катерина', 'Лисенко'], 7, '04-14', 'proposed'),
      girl(['Olha', 'Lysenko', 'Ольга', 'Лисенко'], 6, '08-02', 'proposed'),
    ],
  },
  {
    ...UKRAINE,
    home: 'altenrodeNord',
    guardians: { mother: 'Halyna Tkachuk', father: 'Roman Tkachuk' },
    lodging: 'Unterkunft Am Güterbahnhof, Haus 1, Zimmer 12',
    children: [
      girl(['Ivanna', 'Tkachuk', 'Іванна', 'Ткачук'], 6, '01-18', 'waiting_due_soon'),
      boy(['Marko', 'Tkachuk', 'Марко', 'Ткачук'], 5, '06-25', 'waiting_due_soon'),
    ],
  },
  {
    ...UKRAINE,
    home: 'lindenau',
    guardians: { mother: 'Svitlana Savchuk' },
    children: [boy(['Petro', 'Savchuk', 'Петро', 'Савчук'], 12, '09-17', 'waiting_declined_twice')],
  },
  {
    ...UKRAINE,
    home: 'altenrode',
    guardians: { mother: 'Oksana Polishchuk' },
    children: [
      girl(
        ['Solomiia', 'Polishchuk', 'Соломія', 'Поліщук'],
        2,
        '11-03',
        'at_school_after_sent_back',
      ),
    ],
  },
  {
    ...UKRAINE,
    home: 'ruhrbach',
    guardians: { father: 'Andrii Moroz' },
    children: [
      boy(['Danylo', 'Moroz', 'Данило', 'Мороз'], 4, '10-10', 'at_school_reviewed', {
        german: 'Pre-A1',
      }),
    ],
  },
  {
    ...BULGARIA,
    home: 'ruhrbach',
    guardians: { mother: 'Silviya Ivanova', father: 'Plamen Ivanov' },
    children: [
      boy(['Georgi', 'Ivanov', 'Георги', 'Иванов'], 5, '03-22', 'missed'),
      girl(['Desislava', 'Ivanova', 'Десислава', 'Иванова'], 3, '05-06', 'missed'),
    ],
  },
  {
    ...BULGARIA,
    home: 'altenrode',
    guardians: { mother: 'Radka Petrova' },
    children: [girl(['Kalina', 'Petrova', 'Калина', 'Петрова'], 8, '09-28', 'at_school')],
  },
  {
    ...BULGARIA,
    language: 'rom',
    home: 'hohenfeld',
    guardians: { father: 'Angel Asenov' },
    children: [
      boy(['Mitko', 'Asenov', 'Митко', 'Асенов'], 6, '02-01', 'appointed_late', {
        known: 'month',
        speaks: ['bg', 'tr'],
      }),
    ],
  },
  {
    nationality: '170',
    country: 'RS',
    language: 'sr',
    home: 'lindenau',
    guardians: { mother: 'Vesna Jovanović', father: 'Goran Jovanović' },
    children: [
      girl(['Milica', 'Jovanović', 'Милица', 'Јовановић'], 9, '12-12', 'at_school_after_decline'),
    ],
  },
  {
    nationality: '160',
    country: 'RU',
    language: 'ru',
    home: 'lindenauOst',
    guardians: { mother: 'Galina Belova' },
    children: [
      girl(['Alisa', 'Belova', 'Алиса', 'Белова'], 5, '07-07', 'waiting_sent_back', {
        speaks: ['uk'],
      }),
    ],
  },
  {
    nationality: '470',
    country: 'TJ',
    language: 'tg',
    home: 'lindenau',
    guardians: { father: 'Daler Rustamov' },
    children: [
      boy(['Firuz', 'Rustamov', 'Фирӯз', 'Рустамов'], 11, '11-11', 'admitted_without_day', {
        speaks: ['ru', 'fa'],
      }),
    ],
  },
]
