/** A language families speak here, as pages offer it. */
export type Language = {
  /** BCP 47 code, stored with the case. */
  readonly code: string
  /** What staff call it. */
  readonly german: string
  /** What its speakers call it. */
  readonly own: string
  readonly direction: 'ltr' | 'rtl'
  /** Key of the state's table "Verkehrssprache", for hand-over to school software; `xy` is "sonstige". */
  readonly officialKey: string
  /** The family page speaks it. */
  readonly isOnFamilyPage: boolean
}

/**
 * The languages offered, by German name. Official keys: SVWS-Server, `Verkehrssprache.json` at 1304a56
 * (BSD-3-Clause). That table knows neither Kurmandschi nor Sorani (both ku), Dari (fa), Romani, Zaza, Aramaic
 * (xy), and an interpreter for one does not serve the other: hence a finer list of our own (data.md §5).
 */
export const LANGUAGES: readonly Language[] = [
  leftToRight('de', 'Deutsch', 'Deutsch', 'de', true),
  leftToRight('en', 'Englisch', 'English', 'en', true),
  rightToLeft('ar', 'Arabisch', 'العربية', 'ar', true),
  leftToRight('uk', 'Ukrainisch', 'українська', 'uk'),
  leftToRight('ru', 'Russisch', 'русский', 'ru'),
  rightToLeft('fa', 'Persisch (Farsi)', 'فارسی', 'fa'),
  rightToLeft('prs', 'Dari', 'دری', 'fa'),
  rightToLeft('ps', 'Paschto', 'پښتو', 'ps'),
  leftToRight('kmr', 'Kurdisch (Kurmandschi)', 'Kurdî (Kurmancî)', 'ku'),
  rightToLeft('ckb', 'Kurdisch (Sorani)', 'کوردیی ناوەندی', 'ku'),
  leftToRight('zza', 'Zaza', 'Zazakî', 'xy'),
  leftToRight('tr', 'Türkisch', 'Türkçe', 'tr'),
  leftToRight('az', 'Aserbaidschanisch', 'azərbaycan', 'az'),
  leftToRight('ro', 'Rumänisch', 'română', 'ro'),
  leftToRight('bg', 'Bulgarisch', 'български', 'bg'),
  leftToRight('rom', 'Romani', 'Romani čhib', 'xy'),
  leftToRight('pl', 'Polnisch', 'polski', 'pl'),
  leftToRight('sq', 'Albanisch', 'shqip', 'sq'),
  leftToRight('sr', 'Serbisch', 'српски', 'sr'),
  leftToRight('hr', 'Kroatisch', 'hrvatski', 'hr'),
  leftToRight('bs', 'Bosnisch', 'bosanski', 'bs'),
  leftToRight('mk', 'Mazedonisch', 'македонски', 'mk'),
  leftToRight('el', 'Griechisch', 'Ελληνικά', 'el'),
  leftToRight('hu', 'Ungarisch', 'magyar', 'hu'),
  leftToRight('it', 'Italienisch', 'italiano', 'it'),
  leftToRight('es', 'Spanisch', 'español', 'es'),
  leftToRight('pt', 'Portugiesisch', 'português', 'pt'),
  leftToRight('fr', 'Französisch', 'français', 'fr'),
  leftToRight('ti', 'Tigrinya', 'ትግርኛ', 'ti'),
  leftToRight('am', 'Amharisch', 'አማርኛ', 'am'),
  leftToRight('om', 'Oromo', 'Oromoo', 'om'),
  leftToRight('so', 'Somali', 'Soomaali', 'so'),
  leftToRight('sw', 'Suaheli', 'Kiswahili', 'sw'),
  leftToRight('ha', 'Hausa', 'Hausa', 'ha'),
  leftToRight('ln', 'Lingala', 'lingála', 'ln'),
  leftToRight('ff', 'Fulfulde', 'Fulfulde', 'ff'),
  leftToRight('tw', 'Twi', 'Twi', 'tw'),
  leftToRight('yo', 'Yoruba', 'Yorùbá', 'yo'),
  leftToRight('ig', 'Igbo', 'Igbo', 'ig'),
  rightToLeft('arc', 'Aramäisch', 'ܣܘܪܝܬ', 'xy'),
  leftToRight('hy', 'Armenisch', 'հայերեն', 'hy'),
  leftToRight('ka', 'Georgisch', 'ქართული', 'ka'),
  leftToRight('uz', 'Usbekisch', 'o‘zbek', 'uz'),
  leftToRight('tg', 'Tadschikisch', 'тоҷикӣ', 'tg'),
  rightToLeft('ur', 'Urdu', 'اردو', 'ur'),
  leftToRight('pa', 'Panjabi', 'ਪੰਜਾਬੀ', 'pa'),
  leftToRight('hi', 'Hindi', 'हिन्दी', 'hi'),
  leftToRight('bn', 'Bengalisch', 'বাংলা', 'bn'),
  leftToRight('ne', 'Nepalesisch', 'नेपाली', 'ne'),
  leftToRight('si', 'Singhalesisch', 'සිංහල', 'si'),
  leftToRight('ta', 'Tamil', 'தமிழ்', 'ta'),
  leftToRight('vi', 'Vietnamesisch', 'Tiếng Việt', 'vi'),
  leftToRight('zh', 'Chinesisch', '中文', 'zh'),
  leftToRight('th', 'Thailändisch', 'ไทย', 'th'),
  rightToLeft('he', 'Hebräisch', 'עברית', 'he'),
].toSorted((a, b) => a.german.localeCompare(b.german, 'de'))

const byCode = new Map(LANGUAGES.map((language) => [language.code, language]))

/** The language with this code, or null. */
export function findLanguage(code: string): Language | null {
  return byCode.get(code) ?? null
}

function leftToRight(
  code: string,
  german: string,
  own: string,
  officialKey: string,
  isOnFamilyPage = false,
): Language {
  return { code, german, own, direction: 'ltr', officialKey, isOnFamilyPage }
}

function rightToLeft(
  code: string,
  german: string,
  own: string,
  officialKey: string,
  isOnFamilyPage = false,
): Language {
  return { code, german, own, direction: 'rtl', officialKey, isOnFamilyPage }
}
