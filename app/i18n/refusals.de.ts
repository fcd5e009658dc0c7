import type { RefusalCode } from '#app/services/refusals.ts'

/**
 * The German sentence for every refusal: what is the case, then what to do next. No blame, no system
 * words, nothing about a case the reader may not know. `{{…}}` are the facts the refusal carries,
 * already written as a reader writes them (dates, stages). A refusal without its sentence does not
 * compile.
 */
export const refusals = {
  // Who is asking
  signed_out:
    'Sie waren länger nicht aktiv und wurden abgemeldet. Bitte melden Sie sich wieder an; danach geht es hier weiter.',
  forbidden: 'Das gehört nicht zu Ihren Aufgaben. Fragen Sie bei Bedarf Ihre Leitung.',
  sign_in_failed: 'E-Mail-Adresse und Passwort passen nicht zusammen. Bitte prüfen Sie beides.',
  account_disabled: 'Dieses Konto ist gesperrt. Bitte wenden Sie sich an Ihre Leitung.',
  too_many_tries:
    'Zu viele Versuche. Bitte warten Sie {{minutes}} Minuten oder lassen Sie sich von der Leitung ein neues Passwort geben.',
  link_expired:
    'Dieser Link gilt nicht mehr. Er gilt 72 Stunden und nur einmal. Bitte lassen Sie sich einen neuen geben.',
  password_too_weak:
    'Bitte wählen Sie ein längeres Passwort, das nicht leicht zu erraten ist: mindestens 12 Zeichen.',
  password_wrong: 'Das bisherige Passwort stimmt nicht. Bitte geben Sie es noch einmal ein.',
  proof_wrong:
    'Der Code stimmt nicht, oder er wurde schon benutzt. Bitte warten Sie auf den nächsten Code Ihrer App und geben Sie ihn ein.',
  passkey_not_right:
    'Mit diesem Passkey hat es nicht geklappt. Bitte versuchen Sie es noch einmal oder nehmen Sie einen anderen Weg.',
  provider_failed:
    'Die Anmeldung bei Ihrer Dienststelle ist nicht angekommen. Bitte beginnen Sie noch einmal, oder melden Sie sich mit Passwort an.',
  provider_not_linked:
    'Zu dieser Anmeldung gehört hier kein Konto. Bitte melden Sie sich mit Passwort an und verbinden Sie Ihr Konto unter „Ihr Konto“.',
  provider_unlinked:
    'Ihr Konto ist schon mit keiner Anmeldung bei der Dienststelle mehr verbunden. Sie melden sich mit Ihrem Passwort an.',
  provider_taken:
    'Ihr Konto oder Ihre Anmeldung bei der Dienststelle ist schon verbunden. Bitte lösen Sie zuerst die bisherige Verbindung.',
  too_many_codes:
    'Heute wurden zu viele falsche Codes eingegeben. Bitte nehmen Sie einen Wiederherstellungscode oder wenden Sie sich an Ihre Leitung.',
  step_up_needed:
    'Für diesen Schritt müssen Sie noch einmal zeigen, dass Sie es sind. Danach geht es hier weiter.',
  setup_not_begun:
    'Diese Einrichtung gilt nicht mehr. Bitte beginnen Sie sie neu und lesen Sie den neuen Code ein.',
  factor_not_found:
    'Das gehört nicht zu Ihrer Anmeldung. Bitte laden Sie die Seite neu und sehen Sie nach, was eingerichtet ist.',
  last_factor:
    'Das ist Ihr einziger zweiter Schritt, und ohne ihn darf hier niemand arbeiten. Bitte richten Sie zuerst einen anderen ein.',
  session_not_found: 'Diese Anmeldung ist schon beendet. Es ist nichts mehr zu tun.',
  form_not_ours:
    'Diese Seite war zu lange offen, oder Sie haben sich inzwischen neu angemeldet. Es wurde nichts geändert. Bitte laden Sie die Seite neu und senden Sie Ihre Eingaben noch einmal.',
  code_or_pin_wrong:
    'Kurzcode und PIN passen nicht zusammen. Bitte prüfen Sie beide Nummern auf dem Zettel.',

  // What is asked for
  page_not_found: 'Diese Seite gibt es nicht. Über das Menü kommen Sie zu Ihren Aufgaben.',
  case_not_found: 'Diesen Fall gibt es nicht, oder er gehört zu einem anderen Zentrum.',
  school_not_found: 'Diese Schule steht nicht in der Schulliste. Bitte prüfen Sie die Schulnummer.',
  pool_not_found: 'Diese Plätze gibt es nicht, oder sie gehören zu einer anderen Schule.',
  account_not_found: 'Dieses Konto gibt es nicht, oder es gehört zu einem anderen Zentrum.',
  centre_not_found: 'Dieses Zentrum gibt es nicht. Bitte prüfen Sie das Kürzel.',
  appointment_not_found: 'Diesen Termin gibt es nicht, oder er gehört zu einem anderen Zentrum.',
  stale_case:
    'Jemand anderes hat diesen Fall inzwischen geändert. Sie sehen jetzt den neuen Stand; bitte entscheiden Sie noch einmal.',
  wrong_stage:
    'Der Fall steht jetzt auf „{{stage}}“. Was als Nächstes möglich ist, steht auf der Seite des Falls.',
  index_filling:
    'Das Namensverzeichnis wird gerade aufgebaut. Bitte versuchen Sie es in einer Minute noch einmal; Ihre Eingaben bleiben stehen.',
  database_busy:
    'Gerade ist viel los. Es wurde nichts geändert. Bitte senden Sie Ihre Eingaben in einer Minute noch einmal.',
  record_unreadable:
    'Diese Akte lässt sich nicht öffnen: Ihre verschlüsselten Angaben sind beschädigt. Bitte melden Sie es der Technik; aus der letzten Sicherung lassen sie sich zurückholen.',
  database_down:
    'Das Programm kommt gerade nicht an seine Daten. Es wurde nichts geändert. Bitte versuchen Sie es in einer Minute noch einmal und sagen Sie sonst Ihrer IT Bescheid.',
  outcome_unknown:
    'Die Verbindung zu den Daten brach ab. Haben Sie gerade etwas gespeichert, steht nicht fest, ob es gelungen ist: Bitte sehen Sie in einer Minute zuerst nach, ehe Sie es noch einmal eingeben.',
  storage_full:
    'Der Speicherplatz des Programms ist voll. Es wurde nichts geändert. Bitte sagen Sie Ihrer IT Bescheid; danach senden Sie Ihre Eingaben noch einmal.',
  date_in_future: 'Dieser Tag liegt in der Zukunft. Bitte geben Sie einen Tag bis heute an.',
  date_before_registration:
    'Dieser Tag liegt vor der Meldung. Bitte geben Sie einen Tag ab dem {{earliest}} an.',
  date_before_stage:
    'An diesem Tag stand der Fall noch nicht auf „{{stage}}“. Bitte geben Sie einen Tag ab dem {{earliest}} an.',

  // Holds and erasure
  on_hold:
    'Dieser Fall darf bis zum {{until}} nicht gelöscht werden. Die Leitung kann den Vermerk auf der Seite „Ende“ aufheben.',
  erasure_running:
    'Dieses Kind wird gerade gelöscht. Was noch fehlt, holt das Programm von selbst nach; es steht unter „Verwaltung – Löschungen“.',

  hold_not_there: 'Die Löschung dieses Falls ist nicht ausgesetzt. Bitte laden Sie die Seite neu.',
  hold_in_past: 'Dieser Tag ist schon vorbei. Bitte geben Sie einen Tag ab dem {{earliest}} an.',

  rule_not_found:
    'Diese Frist gilt nicht mehr oder ist schon freigegeben. Bitte laden Sie die Seite neu.',
  own_proposal:
    'Diese Frist haben Sie selbst vorgeschlagen. Freigeben muss sie jemand anderes vom Datenschutz.',
  stale_rule:
    'Die Frist ist inzwischen eine andere. Bitte laden Sie die Seite neu und prüfen Sie sie.',
  period_out_of_range: 'Bitte geben Sie ganze Monate von 1 bis {{most}} an.',
  recipient_not_found: 'Das ist schon vermerkt, oder es gehört zu einem anderen Zentrum.',
  erasure_not_found: 'Diese Löschung gibt es nicht, oder sie gehört zu einem anderen Zentrum.',

  // Registration
  name_missing: 'Der Name fehlt noch. Bitte geben Sie einen Vornamen oder einen Nachnamen an.',
  name_too_long: 'Dieser Name ist länger als {{longest}} Zeichen. Bitte kürzen Sie ihn.',
  name_has_control_characters:
    'Dieser Name enthält unsichtbare Zeichen. Bitte tippen Sie ihn von Hand.',
  text_too_long: 'Dieser Text ist länger als {{longest}} Zeichen. Bitte kürzen Sie ihn.',
  text_has_control_characters:
    'Dieser Text enthält unsichtbare Zeichen. Bitte tippen Sie ihn von Hand.',
  birth_date_missing: 'Das Geburtsdatum fehlt noch. Ein Jahr genügt, wenn mehr nicht bekannt ist.',
  birth_date_impossible: 'Diesen Tag gibt es nicht. Bitte prüfen Sie Tag, Monat und Jahr.',
  birth_date_in_future: 'Dieses Geburtsdatum liegt in der Zukunft. Bitte prüfen Sie das Jahr.',
  birth_date_unlikely:
    'Nach diesem Geburtsdatum wäre das Kind {{age}} Jahre alt. Bitte prüfen Sie das Jahr.',
  registration_long_ago:
    'Diese Meldung liegt weit zurück. Bitte geben Sie einen Tag ab dem {{earliest}} an.',
  possible_duplicate:
    'Ein Kind mit ähnlichem Namen ist schon gemeldet. Bitte vergleichen Sie: Ist es dasselbe Kind?',
  outside_area: 'Dieser Ort gehört nicht zum Gebiet Ihres Zentrums. Bitte prüfen Sie die Adresse.',

  // Appointment and counselling
  appointment_in_past: 'Dieser Termin liegt in der Vergangenheit. Bitte wählen Sie einen späteren.',
  appointment_time_unlikely:
    'Zu dieser Zeit gibt es keine Termine. Möglich ist Montag bis Samstag zwischen 7 und 20 Uhr, bis zu einem Jahr im Voraus.',
  appointment_time_skipped:
    'Diese Uhrzeit gibt es an dem Tag nicht: Die Uhr springt in der Nacht eine Stunde vor. Möglich ist zum Beispiel {{suggestion}} Uhr.',
  appointment_duration_unlikely:
    'Ein Termin dauert {{min}} bis {{max}} Minuten. Bitte prüfen Sie die Dauer.',
  appointment_before_booking:
    'Der Termin liegt vor der Einladung. Bitte geben Sie einen Tag ab dem {{earliest}} an.',
  appointment_not_yet:
    'Der Termin ist erst am {{appointmentOn}}. Danach können Sie eintragen, was daraus geworden ist.',
  interview_incomplete:
    'Im Beratungsbogen fehlen noch Angaben. Sie können ihn abschließen, sobald alle Teile fertig sind.',
  schooling_order: 'Der Schulbesuch endet vor seinem Beginn. Bitte prüfen Sie die beiden Jahre.',
  schooling_before_age:
    'Vor {{earliest}} war das Kind noch keine drei Jahre alt. Bitte prüfen Sie das erste Jahr.',
  schooling_in_future: 'Dieses Jahr liegt in der Zukunft. Bitte geben Sie höchstens {{latest}} an.',
  schooling_years_too_many:
    'In dieser Zeit sind höchstens {{most}} Schuljahre möglich. Bitte prüfen Sie die Zahl.',

  // Seats and placement
  seat_taken:
    'Der letzte freie Platz ist gerade vergeben worden: {{school}}. Als Nächstes passt: {{next}}. Bitte wählen Sie aus der Liste.',
  support_place_missing:
    'An dieser Schule ist kein Förderplatz mehr frei: {{school}}. Als Nächstes passt: {{next}}. Bitte wählen Sie aus der Liste.',
  regular_place_missing:
    'An dieser Schule ist kein Regelplatz für später frei, und Ihr Zentrum verlangt ihn (örtliche Regel). Bitte wählen Sie eine andere Schule aus der Liste.',
  no_pool:
    'Diese Schule hat noch keine Plätze gemeldet. Bitte fragen Sie dort an und tragen Sie die Plätze ein.',
  school_not_suitable:
    'Diese Schule kommt für das Kind nicht infrage. Der Grund steht unter „Diese Schulen kommen nicht infrage“.',
  school_closed: 'Diese Schule nimmt keine Kinder mehr auf. Bitte wählen Sie eine andere.',
  already_proposed:
    'Für dieses Kind ist schon eine Schule vorgeschlagen. Der Platz ist bis {{holdUntil}} gehalten. Nehmen Sie den Vorschlag erst zurück.',
  hold_expired:
    'Die Frist für diesen Vorschlag ist am {{holdUntil}} abgelaufen; der Platz ist wieder frei. Sie können neu vorschlagen.',
  proposal_expired:
    'Die Frist für diesen Vorschlag ist am {{expiredOn}} abgelaufen; der Platz ist wieder frei, und die Beratung schlägt neu vor. Am besten passt jetzt: {{next}}.',
  centre_assigns:
    'Dieses Zentrum weist selbst zu: Die Schulaufsicht hat ihm die Zuweisung übertragen. Bei Fragen wenden Sie sich bitte an das Zentrum.',
  second_person_needed:
    'Entscheiden muss jemand anderes aus Ihrem Zentrum als die Person, die vorgeschlagen hat. Einen Vorschlag, über den noch nicht entschieden ist, können Sie selbst zurücknehmen; fehlt einem zugewiesenen Kind der Platz, kann auch das Schulamt entscheiden.',
  can_admit_already_said: 'Ihre Schule hat schon gesagt, dass sie das Kind aufnehmen kann.',
  capacity_already_reported:
    'Ihre Schule hat schon am {{at}} gemeldet, dass sie keinen Platz hat. Jetzt wird entschieden, ob die Zuweisung bleibt.',
  capacity_not_reported:
    'Zu diesem Kind ist keine Meldung der Schule mehr offen. Unten sehen Sie den neuen Stand.',
  class_not_named:
    'Das Kind geht schon in eine Klasse, und ohne deren Namen findet es hier niemand. Bitte tragen Sie ein, wie die Klasse jetzt heißt.',
  reason_required: 'Bitte geben Sie einen Grund an. Ein Satz genügt.',
  capacity_below_taken:
    'So wenige Plätze können es nicht sein: Belegt oder zugewiesen sind {{taken}}, vorgemerkt {{held}}, als Reserve zurückgehalten {{reserve}}. Bitte tragen Sie mindestens {{least}} ein.',
  others_above_seats:
    'Von anderen Kindern können höchstens so viele Plätze belegt sein, wie beschlossen sind: {{max}}.',
  classes_out_of_range:
    'Bitte geben Sie an, wie viele Züge jeder Jahrgang hat: {{min}} bis {{max}}.',
  validity_invalid:
    'Die Zahl kann ab dem {{earliest}} und höchstens bis zum {{latest}} gelten, dem letzten Tag des Schuljahres. Bitte prüfen Sie die Tage.',
  reserve_above_free:
    'Zurückhalten können Sie höchstens die freien Plätze. Zurzeit sind es {{free}}.',
  reserve_until_past: 'Bitte geben Sie einen Tag ab dem {{earliest}} an.',
  reserve_until_too_late:
    'Zurückgehalten werden Plätze höchstens bis zum Ende des Schuljahres, dem {{latest}}.',
  seats_out_of_range: 'Bitte geben Sie eine ganze Zahl von {{min}} bis {{max}} an.',
  grade_range_invalid: 'Die erste Klasse liegt nach der letzten. Bitte prüfen Sie beide.',
  grades_not_taught:
    'Eine Schule dieser Form führt die Klassen {{from}} bis {{to}}. Bitte wählen Sie daraus.',
  pool_overlaps:
    'Für die Klassen {{from}} bis {{to}} sind schon Plätze eingetragen. Bitte ändern Sie dort die Zahl.',
  stale_pool:
    'Jemand anderes hat die Plätze inzwischen geändert. Gespeichert ist noch nichts; bitte prüfen Sie unten, was gelten soll.',
  nothing_to_carry_over:
    'Zu übernehmen ist nichts mehr: Alle Plätze und alle Kinder, die bleiben, stehen schon im neuen Schuljahr.',
  no_seats_for_staying:
    'In den Klassen {{from}} bis {{to}} bleiben {{staying}} Kinder, im neuen Schuljahr sind dort aber nur {{free}} Plätze frei. Bitte erhöhen Sie dort erst die Zahl; übernommen ist noch nichts.',
  school_enters_own_seats:
    'Diese Schule hat ein eigenes Konto und trägt ihre Plätze selbst ein. Bitte fragen Sie dort an.',
  owner_enters_own_seats:
    'Über diese Plätze entscheidet der Schulträger, und er hat ein eigenes Konto. Bitte fragen Sie dort an.',
  first_day_before_assignment:
    'Der erste Schultag liegt vor der Zuweisung. Bitte geben Sie einen Tag ab dem {{earliest}} an.',
  first_day_too_late:
    'Der erste Schultag liegt sehr spät. Bitte geben Sie einen Tag bis zum {{latest}} an.',
  first_day_in_future:
    'Dieser Schultag liegt noch vor uns. Bestätigen Sie ihn bitte, sobald das Kind gekommen ist.',
  first_day_not_named:
    'Der erste Schultag ist noch nicht genannt. Bitte tragen Sie ihn zuerst ein.',
  first_day_not_over:
    'Der erste Schultag ist der {{firstDay}}. „Nicht gekommen“ können Sie ab dem Tag danach melden.',
  review_too_early: 'Der nächste Lernstand ist erst ab dem {{earliest}} einzutragen.',
  review_contradicts_level:
    'Die Antwort zu B1 passt nicht zur eingetragenen Stufe. Bitte prüfen Sie beide Angaben.',

  // Accounts and centres
  email_taken:
    'Diese E-Mail-Adresse hat schon ein Konto mit dieser Aufgabe. Bei Bedarf machen Sie dort einen neuen Link.',
  account_blocked:
    'Zu dieser E-Mail-Adresse gehört ein gesperrtes Konto. Bitte entsperren Sie es erst; steht es nicht in Ihrer Liste, hilft der Betrieb.',
  account_shared:
    'Dieses Konto hat auch Aufgaben außerhalb dieses Zentrums. Beenden können Sie die Aufgaben hier; alles Weitere macht der Betrieb.',
  school_outside_area:
    'Diese Schule liegt nicht im Gebiet Ihres Zentrums. Bitte prüfen Sie die Schulnummer.',
  owner_not_found:
    'Im Gebiet Ihres Zentrums hat keine Schule diese Trägernummer. Bitte prüfen Sie die Nummer.',
  stale_centre:
    'Jemand anderes hat diese Einstellungen inzwischen geändert. Gespeichert ist noch nichts; bitte prüfen Sie unten, was gelten soll.',
  last_lead: 'Das ist die letzte Leitung dieses Zentrums. Bitte laden Sie erst eine andere ein.',
  own_account:
    'Am eigenen Konto können Sie das nicht ändern. Bitte fragen Sie eine andere Leitung.',
  centre_phone_missing:
    'Auf dem Zettel bittet das Zentrum um Anrufe, aber seine Telefonnummer fehlt noch. Die Leitung trägt sie unter „Verwaltung – Einstellungen des Zentrums“ ein; danach können Sie den Zettel drucken.',
  centre_code_taken:
    'Das Kürzel {{centreCode}} hat schon ein anderes Zentrum. Bitte wählen Sie ein anderes.',
  centre_code_invalid: 'Das Kürzel besteht aus zwei oder drei Buchstaben, zum Beispiel DN.',
  area_empty: 'Das Gebiet fehlt noch. Bitte geben Sie mindestens einen Gebietsschlüssel an.',
  area_prefix_invalid:
    '„{{prefix}}“ ist kein Gebietsschlüssel. Er besteht aus zwei bis acht Ziffern, zum Beispiel 05358.',
  area_overlaps: 'Die Gemeinde {{municipality}} gehört schon zu einem anderen Zentrum.',
  area_unknown: 'Zum Gebietsschlüssel {{prefix}} gibt es keine Gemeinde. Bitte prüfen Sie ihn.',
  target_out_of_range: 'Bitte geben Sie ganze Tage von {{min}} bis {{max}} an.',

  // The school list
  file_missing: 'Bitte wählen Sie die Datei „schuldaten.csv“ des Ministeriums aus.',
  file_not_readable:
    'Die Datei „{{file}}“ gibt es nicht, oder sie lässt sich nicht lesen. Bitte prüfen Sie den Pfad.',
  file_not_school_list:
    'Diese Datei ist keine Schulliste. Bitte laden Sie die Datei „schuldaten.csv“ des Ministeriums.',
  school_list_column_missing:
    'Diese Datei ist keine Schulliste: Es fehlt die Spalte „{{column}}“. Bitte laden Sie die Datei „schuldaten.csv“ des Ministeriums.',
  school_list_rows_bad:
    'Diese Datei lässt sich nicht ganz lesen; Zeilen mit Fehlern: {{total}}. Es wurde nichts geändert. Bitte laden Sie die Datei noch einmal beim Ministerium herunter.',
  file_empty: 'Diese Datei ist leer. Bitte laden Sie sie noch einmal beim Ministerium herunter.',
  file_is_web_page:
    'Diese Datei ist eine Internetseite, keine Schulliste. Bitte speichern Sie die Datei „schuldaten.csv“ selbst.',
  file_not_utf8:
    'Die Umlaute dieser Datei sind nicht lesbar. Bitte laden Sie die Liste im Format UTF-8.',
  file_too_large:
    'Diese Datei ist zu groß für eine Schulliste. Bitte prüfen Sie, ob es die richtige ist.',
  upload_gone:
    'Die hochgeladene Datei liegt nicht mehr vor; sie wird 15 Minuten aufgehoben. Bitte laden Sie sie noch einmal hoch.',
  too_many_closures:
    'Mit dieser Datei würden {{closing}} von {{open}} Schulen als geschlossen gelten. Vermutlich enthält sie nur einen Teil der Schulen. Es wurde nichts geändert.',
  school_number_in_demo:
    'Die Schulnummer {{number}} gehört hier einer erfundenen Schule. Bitte prüfen Sie die Datei.',

  // Backups
  backup_recipient_missing:
    'Es ist nicht gesagt, für wen verschlüsselt wird; gesichert wurde nichts. Bitte setzen Sie BACKUP_RECIPIENT auf den öffentlichen Schlüssel (age1…), den „backup keygen“ nennt.',
  backup_recipient_invalid:
    'Der {{position}}. Eintrag in BACKUP_RECIPIENT ist kein öffentlicher Schlüssel (age1…); gesichert wurde nichts. Ein geheimer Schlüssel gehört nicht auf diesen Rechner.',
  backup_folder_unusable:
    'In den Ordner „{{folder}}“ lässt sich nichts schreiben; gesichert wurde nichts. Bitte prüfen Sie, ob es ihn gibt, ob er eingehängt ist und wem er gehört.',
  backup_no_space:
    'Der Platz reicht nicht (für „{{folder}}“ oder den Datenordner); gesichert wurde nichts, frühere Sicherungen bleiben. Bitte schaffen Sie Platz.',
  backup_tool_failed:
    'Das Programm {{tool}} von PostgreSQL ist gescheitert: {{said}}. Bitte prüfen Sie, ob es in derselben Fassung wie die Datenbank installiert ist.',
  backup_unsound:
    'Die Probe ist gescheitert: {{what}}. Frühere Sicherungen bleiben. Bitte prüfen Sie Datenbank und Datenträger.',
  backup_failed:
    'Das ist gescheitert ({{cause}}); frühere Sicherungen bleiben. Bitte versuchen Sie es noch einmal.',
  backup_file_missing: 'Die Datei „{{file}}“ gibt es nicht. Bitte prüfen Sie den Pfad.',
  backup_file_damaged:
    'Die Datei „{{file}}“ ist beschädigt, unvollständig oder keine Sicherung. Bitte nehmen Sie eine andere.',
  backup_identity_exists:
    'Die Datei „{{file}}“ gibt es schon, oder ihr Ordner fehlt. Es wurde nichts geschrieben; bitte wählen Sie einen anderen Namen.',
  backup_identity_invalid:
    'In „{{file}}“ steht kein geheimer Schlüssel (AGE-SECRET-KEY-1…). Bitte geben Sie die Datei an, die „backup keygen“ geschrieben hat.',
  backup_identity_wrong:
    'Dieser geheime Schlüssel öffnet „{{file}}“ nicht; sie ist für einen anderen verschlüsselt. Bitte nehmen Sie den, der zu BACKUP_RECIPIENT gehört.',
  backup_not_a_pair:
    'Diese beiden Dateien gehören nicht zusammen: Die Schlüssel müssen vom selben Lauf sein wie die Daten oder von einem späteren.',
  backup_other_engine:
    'Diese Sicherung ist von einer anderen Datenbank ({{engine}}). Bitte prüfen Sie DATABASE_URL.',
  backup_newer_program:
    'Diese Sicherung ist von einer neueren Fassung ({{program}}). Bitte bringen Sie das Programm zuerst auf deren Stand.',
  backup_target_in_use:
    'Am Ziel liegen schon Daten ({{found}}); es wurde nichts geändert. Zurückgespielt wird nur in einen leeren Ordner oder eine leere Datenbank.',
  backup_key_file_wrong:
    'In der Schlüsseldatei fehlt der Hauptschlüssel mit der Kennung {{kekId}}; zurückgespielt wurde nichts. Bitte nehmen Sie die Schlüsseldatei der gesicherten Installation.',

  audit_head_unreadable:
    'Die Datei „{{file}}“ mit den aufgehobenen Enden des Protokolls lässt sich nicht lesen. Bitte prüfen Sie den Pfad.',
  trail_broken:
    'Das Protokoll wurde verändert ({{what}}, {{where}}, Stelle {{at}}); Fundstellen: {{findings}}. Bitte sichern Sie alles, ändern Sie nichts und holen Sie den Datenschutz dazu.',

  unexpected: 'Hier ist etwas schiefgegangen. Bitte melden Sie der Technik die Nummer {{number}}.',
} as const satisfies Readonly<Record<RefusalCode, string>> & Readonly<Record<string, string>>
