/**
 * Names in any script as letters this program can compare. Two spellings come out: `latin` is what a person
 * types into the search box (a–z only), `sounds` keeps apart what romanisations mix up. Own tables, since
 * libraries drop the vowels' role in Arabic script and read Ukrainian as Russian (promises.md §5.1, §5.5.2).
 *
 * Letters of `sounds` beside a–z: S sh, C ch (as in Chekhov), Z zh, H a Latin "ch" of unknown sound, X kh, G gh,
 * T th, D dh, J as in Jim, Q a Serbian đ or a dj, c a bare Latin c. Vowels are a e i o u; y and w count as vowels
 * where no vowel follows them.
 */
export type Transliteration = {
  readonly latin: string
  readonly sounds: string
  /** Short vowels are not written in this script (Arabic): a missing vowel says nothing. */
  readonly isAbjad: boolean
}

/** The alphabets a Cyrillic name can be read by; г and и sound differently in each. */
export type CyrillicReading = 'ukrainian' | 'bulgarian' | 'russian'

/**
 * How to read the Cyrillic of a whole name: by the letters only Ukrainian has, else by a ъ that stands for a vowel
 * (Bulgarian), else as Russian.
 */
export function cyrillicReadingOf(text: string): CyrillicReading {
  if (/[іїєґ]/iu.test(text)) return 'ukrainian'
  return /ъ(?![еёюя])/iu.test(text) && !/[ыэё]/iu.test(text) ? 'bulgarian' : 'russian'
}

/**
 * The text in the one form everything compares: NFKC, lower case, without marks that only steer writing
 * direction or joining, tatweel, harakat and apostrophes.
 */
export function plainForm(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll('İ', 'i')
    .toLowerCase()
    .replace(/[\p{Cf}\u0640\u064B-\u0652\u0656-\u065F\u0670'’‘ʿʾʼʻ`´ʹʺ"]/gu, '')
    .normalize('NFC')
}

/** One token of `plainForm`; letters of a script without a table stay as they are. */
export function transliterate(token: string, reading: CyrillicReading): Transliteration {
  if (/[\u0600-\u06FF\u0750-\u077F]/u.test(token)) return fromArabic(token)
  const sounds = isBeyondLatin(token) ? fromTables(token, reading) : null
  return sounds === null
    ? { latin: latinOf(token), sounds: soundsOfLatin(token), isAbjad: false }
    : { latin: spelledOut(sounds), sounds, isAbjad: false }
}

function isBeyondLatin(token: string): boolean {
  return /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u.test(token)
}

// ---- Latin ----

/** Letters that Unicode does not take apart into a base letter and a mark. */
const LATIN_LETTERS = letters(
  'ß ss æ ae œ oe ø o đ d ð d þ th ł l ı i ə a ħ h ŋ n ǝ a ŧ t ĸ k ɓ b ɗ d',
)

function latinOf(token: string): string {
  return stripMarks(substitute(token, LATIN_LETTERS))
}

/** Marks that change the consonant, before they are stripped. */
const LATIN_SOUNDS = letters(
  'š S ş S ș S ś S č C ç C ć C ž Z ź Z ż Z đ Q ð D ḍ D ẓ D ṣ s ṭ t ḥ h ḫ X ġ G ğ g ñ n',
)

/** Consonant spellings of several languages, longest first; each stands for one sound. */
const LATIN_CLUSTERS: readonly (readonly [RegExp, string])[] = [
  [/tsch|tch|cz/g, 'C'],
  [/dsch|dzh|dZ|xh/g, 'J'],
  [/dj/g, 'Q'],
  [/sch|sh|sz/g, 'S'],
  [/zh/g, 'Z'],
  [/ch/g, 'H'],
  [/kh|^x/g, 'X'],
  [/gh/g, 'G'],
  [/ph/g, 'f'],
  [/th/g, 'T'],
  [/dh/g, 'D'],
  [/c?k+|q/g, 'k'],
  [/tz/g, 'ts'],
  [/x/g, 'ks'],
]

/** Vowel spellings: French and English habits, German umlauts written out. */
const LATIN_VOWELS: readonly (readonly [RegExp, string])[] = [
  [/ou|oo/g, 'u'],
  [/ee|ie(?![aou])/g, 'i'],
  [/ue/g, 'u'],
  [/oe/g, 'o'],
]

function soundsOfLatin(token: string): string {
  let sounds = stripMarks(substitute(substitute(token, LATIN_SOUNDS), LATIN_LETTERS))
  for (const [pattern, sound] of LATIN_CLUSTERS) sounds = sounds.replace(pattern, sound)
  for (const [pattern, sound] of LATIN_VOWELS) sounds = sounds.replace(pattern, sound)
  return sounds
}

function stripMarks(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '')
}

// ---- Cyrillic, Greek, Georgian, Armenian, Ethiopic ----

const CYRILLIC = letters(
  'а a б b в v г g д d е e ё yo ж Z з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х X ц ts ч C ш S щ SC ъ - ы i ь - э e ю yu я ya ' +
    'і i ї yi є ye ґ g ў w ђ Q ј y љ l њ n ћ C џ J ѓ g ќ k ѕ dz ә a ғ G қ k ң n ө o ұ u ү u һ h ӣ i ӯ u ҳ h ҷ J',
)
const UKRAINIAN = new Map([...CYRILLIC, ...letters('г h и y')])
const BULGARIAN = new Map([...CYRILLIC, ...letters('щ St ъ a х h')])
const CYRILLIC_BY = { ukrainian: UKRAINIAN, bulgarian: BULGARIAN, russian: CYRILLIC } as const

const GREEK = letters(
  'α a β v γ g δ d ε e ζ z η i θ T ι i κ k λ l μ m ν n ξ ks ο o π p ρ r σ s ς s τ t υ i φ f χ X ψ ps ω o',
)
const GREEK_PAIRS: readonly (readonly [RegExp, string])[] = [
  [/ου/g, 'u'],
  [/μπ/g, 'b'],
  [/ντ/g, 'd'],
  [/γ[κγ]/g, 'g'],
  [/(?:ει|οι)/g, 'i'],
  [/αι/g, 'e'],
  [/([αε])υ(?=[θκξπστφχψ]|$)/g, '$1f'],
  [/([αε])υ/g, '$1v'],
]
const GEORGIAN = letters(
  'ა a ბ b გ g დ d ე e ვ v ზ z თ t ი i კ k ლ l მ m ნ n ო o პ p ჟ Z რ r ს s ტ t უ u ფ p ქ k ღ G ყ k შ S ჩ C ც ts ძ dz წ ts ჭ C ხ X ჯ J ჰ h',
)
const ARMENIAN = letters(
  'ա a բ b գ g դ d ե e զ z է e ը e թ t ժ Z ի i լ l խ X ծ ts կ k հ h ձ dz ղ G ճ C մ m յ y ն n շ S ո o չ C պ p ջ J ռ r ս s վ v տ t ր r ց ts ւ v փ p ք k օ o ֆ f և ev',
)
const OTHER_LETTERS = new Map([...GREEK, ...GEORGIAN, ...ARMENIAN])

function fromTables(token: string, reading: CyrillicReading): string {
  const table = CYRILLIC_BY[reading]
  const greek = GREEK_PAIRS.reduce(
    (text, [pattern, sound]) => text.replace(pattern, sound),
    /[\u0370-\u03FF]/u.test(token) ? stripMarks(token) : token,
  )
  let sounds = ''
  for (const letter of greek) {
    sounds += table.get(letter) ?? OTHER_LETTERS.get(letter) ?? ethiopic(letter) ?? latinOf(letter)
  }
  return sounds.replaceAll('dZ', 'J')
}

/**
 * The consonants of U+1200 to U+1357, one for each row of eight; within a row the seven vowels follow in the same
 * order (ä u i a e ə o), then the labial form. The sixth order is often silent. Gutturals say "a" in the first.
 */
const ETHIOPIC_ROWS =
  'h l h m s r s S k kw k kw b v t C h hw n n a k kw h hw w a z Z y d d J g gw g t C p ts ts f p'.split(
    ' ',
  )
const ETHIOPIC_VOWELS = ['e', 'u', 'i', 'a', 'e', '', 'o', 'wa'] as const
const GUTTURAL_ROWS = new Set([0, 2, 16, 20, 26])

function ethiopic(letter: string): string | null {
  const offset = (letter.codePointAt(0) ?? 0) - 0x1200
  if (offset < 0 || offset > 0x157) return null
  const row = offset >> 3
  const consonant = ETHIOPIC_ROWS[row] ?? ''
  const isFirstGuttural = GUTTURAL_ROWS.has(row) && (offset & 7) === 0
  const vowel = isFirstGuttural ? 'a' : (ETHIOPIC_VOWELS[offset & 7] ?? '')
  return consonant === 'a' ? vowel || 'i' : consonant + vowel
}

// ---- Arabic script: Arabic, Persian, Dari, Pashto, Sorani, Urdu ----

/** Consonants and long vowels as they are inside a word. */
const ARABIC = letters(
  'ب b پ p ت t ٹ t ټ t ط t ث T ج J چ C ح h خ X د d ډ d ڈ d ذ D ر r ړ r ڑ r ڕ r ز z ژ Z ږ Z س s ش S ښ S ص s ض D ظ D ' +
    'غ G ف f ڤ v ق k ک k ك k گ g ګ g ل l ڵ l م m ن n ڼ n ں n ه h ھ h ہ h څ ts ځ dz ا a أ a إ i آ a ٱ a ة a ى a ې e ێ e ے e ۍ i ۆ o ۇ u ە e ۀ a و u ي i ی i ع - ء - ئ - ؤ -',
)

function fromArabic(token: string): Transliteration {
  const spelled = [...token]
  let sounds = ''
  for (const [at, letter] of spelled.entries()) {
    sounds += arabicLetter(letter, at, spelled)
  }
  return { latin: spelledOut(sounds), sounds: sounds.replace(/^a(?=[iu])/, ''), isAbjad: true }
}

function arabicLetter(letter: string, at: number, spelled: readonly string[]): string {
  const next = spelled[at + 1]
  const place = at === 0 ? FIRST : placeBefore(next)
  return place.get(letter) ?? ARABIC.get(letter) ?? digit(letter) ?? letter
}

/** At the beginning ayn and hamza open a vowel, و and ی are consonants; these also before a long vowel. */
const FIRST = letters('ع a ء a ئ a ؤ a و w ي y ی y')
const BEFORE_VOWEL = letters('و w ي y ی y')
/** At the end a he is the vowel of the feminine ending. */
const LAST = letters('ه a ہ a')
const ANYWHERE = letters('')

function placeBefore(next: string | undefined): ReadonlyMap<string, string> {
  if (next === undefined) return LAST
  return 'اویي'.includes(next) ? BEFORE_VOWEL : ANYWHERE
}

function digit(letter: string): string | null {
  return /[\u0660-\u0669\u06F0-\u06F9]/.test(letter) ? String(letter.charCodeAt(0) & 0xf) : null
}

// ---- shared ----

/** `sounds` as a person would type them. */
function spelledOut(sounds: string): string {
  return substitute(sounds, SPELLINGS)
}

const SPELLINGS = letters('S sh C ch Z zh H ch X kh G gh T th D dh J j Q d')

function substitute(text: string, table: ReadonlyMap<string, string>): string {
  let written = ''
  for (const letter of text) written += table.get(letter) ?? letter
  return written
}

/** A table written as text: letter, what it stands for (- for nothing), letter, … */
function letters(pairs: string): ReadonlyMap<string, string> {
  const words = pairs.split(' ')
  const table = new Map<string, string>()
  for (let at = 0; at + 1 < words.length; at += 2) {
    const sound = words[at + 1] ?? ''
    table.set(words[at] ?? '', sound === '-' ? '' : sound)
  }
  return table
}
