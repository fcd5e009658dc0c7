import type { CheckCode, CheckName } from '#app/domain/operation/self-check.ts'

/** What each of the self-check's parts is called. */
export const checkNames = {
  'check_name.address': 'Adresse',
  'check_name.key_file': 'Schlüsseldatei',
  'check_name.folder': 'Datenordner',
  'check_name.ledger': 'Liste der gelöschten Kinder',
  'check_name.files': 'Dateisystem',
  'check_name.space': 'Freier Platz',
  'check_name.engine': 'Datenbankprogramm',
  'check_name.whole': 'Unversehrtheit',
  'check_name.keys': 'Schlüssel der Kinder',
  'check_name.head': 'Aufgehobenes Ende des Protokolls',
  'check_name.clock': 'Uhr',
  'check_name.rules': 'Fristen',
  'check_name.backup': 'Sicherung',
  'check_name.opening': 'Öffnen',
} as const satisfies Readonly<Record<`check_name.${CheckName}`, string>>

const RESTORE =
  'spielen Sie eine Sicherung an einen leeren Ort zurück: „npm run -s ki -- backup restore“ (docs/handbook/sichern-und-zurueckspielen.md)'

/**
 * The German sentence for everything a self-check can say: what is the case, then what to do. The same
 * on the operator's page, at the terminal and where the start is refused. `{{…}}` are its facts.
 */
export const checks = {
  address_set: 'Installation unter {{origin}}.',
  address_evaluation:
    'Erprobung, nur von diesem Rechner erreichbar. Bitte geben Sie keine echten Kinder ein.',
  key_file_fits: 'Nur das eigene Konto kann sie lesen, und sie enthält Schlüssel.',
  key_file_unfit: '{{said}}',
  folder_writable: '{{folder}} lässt sich beschreiben.',
  folder_not_writable:
    'DATA_DIR: {{path}} lässt sich nicht beschreiben ({{code}}). Besitzer ist das Konto {{owner}}, das Programm läuft als {{account}}. Bitte geben Sie den Ordner samt Inhalt dem Konto des Dienstes (chown -R), oder binden Sie die Platte schreibbar ein. Hat sich die Platte selbst schreibgeschützt, prüfen Sie sie zuerst.',
  folder_of_another:
    '{{folder}} gehört dem Konto {{owner}}, das Programm läuft als {{account}}. Dateien, die es jetzt anlegt, kann der Dienst später nicht schreiben. Bitte rufen Sie es mit dem Konto des Dienstes auf (sudo -u einstieg).',
  folder_open_to_others:
    '{{folder}} steht auch anderen Konten dieses Rechners offen. Bitte schließen Sie ihn (chmod 0700).',
  ledger_usable: '{{file}} lässt sich lesen und ergänzen.',
  ledger_not_writable:
    'LEDGER_FILE: {{path}} lässt sich nicht schreiben ({{code}}). Ohne diese Liste kämen gelöschte Kinder mit einer Sicherung zurück. Bitte geben Sie Datei und Ordner dem Konto des Dienstes.',
  ledger_unfit:
    '{{said}} Ohne diese Liste kämen gelöschte Kinder mit einer Sicherung zurück. Neben den Sicherungen liegt sie als einstieg-erasures.jsonl noch einmal; bitte legen Sie diese an ihren Platz.',
  files_local: 'Eine Platte dieses Rechners ({{kind}}).',
  files_remote:
    'DATA_DIR: {{folder}} liegt auf einem Netzlaufwerk ({{kind}}). Darauf kann SQLite die Daten beschädigen. Bitte nehmen Sie eine Platte dieses Rechners, oder PostgreSQL (DATABASE_URL).',
  files_unknown:
    '{{folder}} liegt auf einem Dateisystem ({{kind}}), dem nicht anzusehen ist, ob es auf diesem Rechner liegt. Über das Netz kann SQLite die Daten beschädigen; bitte sehen Sie nach.',
  space_enough: '{{free}} MiB frei.',
  space_scarce:
    'Nur noch {{free}} MiB frei. Eine Sicherung braucht für einen Augenblick das Doppelte der Datenbank. Bitte schaffen Sie Platz.',
  engine_fits: '{{version}}, eingestellt wie nötig.',
  engine_unfit:
    'Die Datenbank ist so eingestellt, dass Bestätigtes verloren gehen kann, oder sie ist zu alt: {{what}} ist {{found}}, nötig ist {{wanted}}. Bitte stellen Sie das um und starten Sie sie neu.',
  engine_careless: 'Besser wäre es anders eingestellt: {{what}} ist {{found}}, besser {{wanted}}.',
  engine_time_apart:
    'Die Uhr der Datenbank und die dieses Rechners liegen {{seconds}} Sekunden auseinander. Bitte lassen Sie beide dieselbe Zeitquelle nehmen.',
  whole_read: 'Ganz gelesen, {{megabytes}} MiB, nichts beschädigt.',
  whole_by_engine: 'Das prüft PostgreSQL selbst, Seite für Seite beim Lesen (data_checksums).',
  whole_too_large:
    'Mit {{megabytes}} MiB zu groß, um bei jedem Start ganz gelesen zu werden. „npm run -s ki -- check“ liest alles.',
  keys_fit: 'Zu jedem Kind gibt es einen Schlüssel.',
  keys_missing:
    'Zu {{missing}} Kindern fehlt der Schlüssel; ihre Akten lassen sich nicht öffnen. Nach einem Zurückspielen sind das die inzwischen Gelöschten. Sonst: bitte holen Sie die Schlüsseldatenbank aus der letzten Sicherung.',
  head_fits: 'Passt zum Protokoll; zuletzt aufgehoben am {{at}}.',
  head_not_yet: 'Noch keines aufgehoben.',
  head_not_kept:
    'Das Ende des Protokolls wird nirgends aufgehoben. Ohne AUDIT_HEAD_FILE fällt nicht auf, wenn am Ende etwas fehlt oder alles gegen einen älteren Stand getauscht wurde.',
  head_gone:
    'AUDIT_HEAD_FILE: {{file}} ist leer oder nicht da, obwohl es das Protokoll schon länger gibt. Haben Sie die Datei eben erst eingestellt, ist das richtig. Sonst: bitte prüfen Sie, ob der andere Rechner eingehängt ist und wer sie entfernt hat, und vergleichen Sie mit „npm run -s ki -- audit verify --head“ gegen Ihre Kopie.',
  head_old:
    'Passt zum Protokoll, ist aber vom {{at}}. Aufgehoben wird stündlich, solange der Dienst läuft; bitte prüfen Sie, ob er die Datei schreiben kann.',
  head_unreadable:
    'AUDIT_HEAD_FILE: {{file}} lässt sich nicht lesen. Bitte prüfen Sie, ob der andere Rechner erreichbar ist; bis dahin wird das Ende des Protokolls nicht verglichen.',
  head_cut:
    'Das Protokoll endet vor dem Ende, das am {{at}} in {{file}} aufgehoben wurde ({{centre}}, Eintrag {{seq}}). Entweder ist ein älterer Stand zurückgespielt worden, oder jemand hat Daten getauscht. Haben Sie zurückgespielt: „npm run -s ki -- audit accept“. Sonst ändern Sie bitte nichts und holen den Datenschutz dazu.',
  head_rewritten:
    'Im Protokoll steht etwas anderes als in {{file}} am {{at}} aufgehoben wurde ({{centre}}, Eintrag {{seq}}). Entweder ist ein älterer Stand zurückgespielt worden, oder jemand hat Daten getauscht. Haben Sie zurückgespielt: „npm run -s ki -- audit accept“. Sonst ändern Sie bitte nichts und holen den Datenschutz dazu.',
  head_not_ours:
    'AUDIT_HEAD_FILE: In {{file}} steht kein Ende, das diese Installation unterschrieben hat. Bitte prüfen Sie, ob es die richtige Datei ist und die richtigen Schlüssel. Soll sie ab jetzt gelten: „npm run -s ki -- audit accept“.',
  clock_fits: 'Sie geht nicht hinter dem Protokoll her ({{now}}).',
  clock_behind:
    'Die Uhr dieses Rechners zeigt {{now}}, der letzte Eintrag im Protokoll ist vom {{last}}. Bitte stellen Sie die Uhr. Stimmt sie, und ging sie vorher vor: „npm run -s ki -- retention confirm“.',
  clock_jumped:
    'Die Uhr zeigt {{now}}: mehr als sieben Tage nach dem letzten Lauf der Löschfristen, oder davor. Bis jemand bestätigt, dass sie stimmt, wird nach Fristen nichts gelöscht: unter „Verwaltung – Aufbewahrung“ oder mit „npm run -s ki -- retention confirm“.',
  rules_approved: 'Jedes Zentrum mit Kindern hat freigegebene Fristen.',
  rules_missing:
    'Zentren, in denen Kinder stehen und Fristen noch nicht freigegeben sind: {{centres}}. Bis dahin wird dort nichts von selbst gelöscht. Die Leitung schlägt vor, der Datenschutz gibt frei, unter „Verwaltung – Aufbewahrung“.',
  backup_recent: 'Zuletzt am {{at}} gelungen.',
  backup_old:
    'Die letzte gelungene ist vom {{at}}. Bitte sehen Sie nach, warum seither keine gelungen ist („npm run -s ki -- backup create“).',
  backup_never:
    'Es gibt noch keine. Wie es geht, steht im Handbuch unter „Sichern und zurückspielen“.',
  opening_damaged: `{{said}} Die Datenbank ist beschädigt; es wird nichts ausgeliefert. Bitte heben Sie die Dateien auf, wie sie sind, und ${RESTORE}.`,
  opening_not_writable:
    'Die Datenbank lässt sich nicht öffnen oder nicht schreiben ({{code}}). Bitte prüfen Sie, ob Datenordner und Dateien dem Konto des Dienstes gehören und die Platte schreibbar eingebunden ist.',
  opening_no_space: 'Auf der Platte ist kein Platz mehr ({{code}}). Bitte schaffen Sie Platz.',
  opening_disk_failed:
    'Die Platte lässt sich nicht lesen oder schreiben ({{code}}). Bitte prüfen Sie sie, ehe Sie noch einmal starten.',
  opening_locked:
    'Ein anderes Programm hält die Datenbank fest ({{code}}). Auf SQLite dient genau ein Prozess aus; bitte beenden Sie den anderen.',
  opening_no_database:
    'Die Datenbank antwortet nicht ({{said}}). Bitte prüfen Sie, ob PostgreSQL läuft und DATABASE_URL stimmt.',
  opening_failed: '{{said}}',
} as const satisfies Readonly<Record<CheckCode, string>>
