import type { AppointmentMode, AppointmentOutcome } from '#app/domain/appointment/appointment.ts'
import type { ClockName, NextStep, WaitsFor } from '#app/domain/case/clocks.ts'
import type {
  DeclineReason,
  DeviationReason,
  EndReason,
  NoPlaceReason,
  NotedReason,
  SendBackReason,
  TakeBackReason,
  WithdrawReason,
} from '#app/domain/case/reasons.ts'
import type { Stage } from '#app/domain/case/stage.ts'
import type { Awaited } from '#app/domain/case/without-place.ts'
import type { SchoolTask } from '#app/domain/follow-up/school-task.ts'
import type { LatinLiteracy } from '#app/domain/interview/interview.ts'
import type { InterviewField, Topic, TopicState } from '#app/domain/interview/topics.ts'
import type { CompulsorySchooling, SchoolAge } from '#app/domain/law/compulsory-schooling.ts'
import type { ErasedKind, ErasureGround } from '#app/domain/privacy/erasure.ts'
import type { RetentionClass, RetentionTrigger } from '#app/domain/privacy/retention.ts'
import type { ClassKind, CourseKind } from '#app/domain/school/school-class.ts'
import type { DecisionReason, SeatKind } from '#app/domain/seat/seat-pool.ts'
import type { Reason } from '#app/domain/suggestion/reason.ts'
import type { Exclusion } from '#app/domain/suggestion/suggest.ts'

/** The words of one kind of code: `stage.waiting`. A code without its word does not compile. */
type Words<Group extends string, Code extends string> = Readonly<Record<`${Group}.${Code}`, string>>

const stages = {
  'stage.registered': 'gemeldet',
  'stage.not_responsible': 'nicht zuständig',
  'stage.self_enrolment': 'Selbstanmeldung',
  'stage.invited': 'eingeladen',
  'stage.appointed': 'Termin',
  'stage.missed': 'nicht erschienen',
  'stage.counselled': 'beraten',
  'stage.waiting': 'wartet auf Platz',
  'stage.proposed': 'vorgeschlagen',
  'stage.assigned': 'zugewiesen',
  'stage.admitted': 'aufgenommen',
  'stage.attending': 'beschult',
  'stage.not_started': 'nicht angetreten',
  'stage.regular_class': 'Regelklasse',
  'stage.completed': 'abgeschlossen',
  'stage.closed': 'beendet',
} as const satisfies Words<'stage', Stage>

/** After "wartet auf". */
const waits = {
  'wait.us': 'uns',
  'wait.family': 'Familie',
  'wait.school': 'Schule',
  'wait.authority': 'Schulamt',
  'wait.health_office': 'Gesundheitsamt',
  'wait.seat': 'freien Platz',
  'wait.nobody': 'niemanden',
} as const satisfies Words<'wait', WaitsFor>

/** What comes next, as a link or heading that says what is done. */
const nextSteps = {
  'next.make_appointment': 'Termin vereinbaren',
  'next.await_booking': 'Termin vereinbaren',
  'next.prepare_appointment': 'Termin ansehen',
  'next.record_counselling': 'Beratung erfassen',
  'next.offer_new_appointment': 'Neuen Termin anbieten',
  'next.propose_school': 'Schule vorschlagen',
  'next.await_assignment': 'Vorschlag ansehen',
  'next.assign_school': 'Zuweisen',
  'next.await_colleague': 'Auf die zweite Person warten',
  'next.propose_again': 'Neu vorschlagen',
  'next.await_admission': 'Aufnahme nachfragen',
  'next.await_capacity_decision': 'Entscheidung über den Platz ansehen',
  'next.answer_report': 'Über die Zuweisung entscheiden',
  'next.await_report_answer': 'Auf die zweite Person warten',
  'next.await_first_day': 'Ersten Schultag nachfragen',
  'next.await_review': 'Begleitung ansehen',
  'next.record_review': 'Lernstand eintragen',
  'next.clarify_absence': 'Klären, warum das Kind fehlt',
  'next.clarify_whereabouts': 'Klären, wo das Kind ist',
  'next.nothing': 'Fall ansehen',
} as const satisfies Words<'next', NextStep>

const clocks = {
  'clock.counselling': 'Meldung bis Beratung',
  'clock.assignment': 'Beratung bis Zuweisung',
  'clock.first_day': 'Zuweisung bis erster Schultag',
} as const satisfies Words<'clock', ClockName>

const clockNames = {
  'clock_short.counselling': 'Beratung',
  'clock_short.assignment': 'Zuweisung',
  'clock_short.first_day': '1. Schultag',
} as const satisfies Words<'clock_short', ClockName>

/** Why a school stands where it stands: sentences a counsellor can read out. */
const reasons = {
  'reason.sibling': 'Ein Geschwisterkind besucht diese Schule.',
  'reason.wish': 'Die Familie wünscht diese Schule.',
  'reason.wish_form': 'Die Familie wünscht diese Schulform.',
  'reason.form_recommended': 'Die Beratung empfiehlt diese Schulform.',
  'reason.form_other': 'Die Beratung empfiehlt eine andere Schulform: {{form}}.',
  'reason.nearest': 'Der kürzeste Weg der passenden Schulen: geschätzt {{way}}.',
  'reason.way_short': 'Der Schulweg ist geschätzt {{way}} lang.',
  'reason.way_long': 'Der Weg ist geschätzt länger als {{limit}}: Fahrkosten möglich ({{source}}).',
  'reason.way_unknown': 'Wie lang der Schulweg ist, lässt sich nicht schätzen.',
  'reason.last_seat': 'Danach ist kein Förderplatz mehr frei.',
  'reason.regular_missing':
    'Regelplatz fehlt spätestens ab {{from}}, wenn die Erstförderung endet ({{source}}).',
  'reason.closing': 'Die Schule läuft zum {{on}} aus.',
} as const satisfies Words<'reason', Exclude<Reason['kind'], 'seats_free'>>

/** Why a school is out of the question, in short; the long sentence is `exclusionText`'s. */
const exclusions = {
  'exclusion.no_free_seat': 'kein freier Förderplatz',
  'exclusion.no_regular_seat': 'kein freier Regelplatz',
  'exclusion.wrong_form': 'andere Schulform',
  'exclusion.wrong_grade': 'andere Altersstufe',
  'exclusion.no_grade': 'führt diese Klasse nicht',
  'exclusion.not_operating': 'nimmt keine Kinder auf',
  'exclusion.outside_area': 'liegt außerhalb des Gebiets',
} as const satisfies Words<'exclusion', Exclusion['why']>

const declineReasons = {
  'decline.no_seat': 'Es ist doch kein Platz frei',
  'decline.no_support_group': 'Es gibt keine passende Fördergruppe',
  'decline.grade_does_not_fit': 'Die Klasse passt nicht',
  'decline.form_does_not_fit': 'Die Schulform passt nicht',
  'decline.other': 'anderer Grund',
} as const satisfies Words<'decline', DeclineReason>

/** Keys of the state's school software, as schools know them. */
const classKinds = {
  'class_kind.DF': 'Deutschförderung, noch ohne Bildungsgang (DF)',
  'class_kind.RK': 'Regelklasse (RK)',
} as const satisfies Words<'class_kind', ClassKind>

const courseKinds = {
  'course_kind.DFK': 'Deutschförderklasse (DFK)',
  'course_kind.DFG': 'Deutschfördergruppe (DFG)',
} as const satisfies Words<'course_kind', CourseKind>

/** What a school has to do for a child that goes there. */
const schoolTasks = {
  'school_task.gone': 'Nicht mehr an der Schule: Die Beratung klärt es',
  'school_task.name_class': 'Klasse eintragen',
  'school_task.support_over': 'Mit der Beratung klären: verlängern oder Bildungsgang zuordnen',
  'school_task.support_ends': 'Mit der Beratung klären: verlängern oder Bildungsgang zuordnen',
  'school_task.b1_reached': 'Mit der Beratung klären: Bildungsgang zuordnen',
  'school_task.review': 'Lernstand bis {{on}}',
} as const satisfies Words<'school_task', SchoolTask>

const sendBackReasons = {
  'send_back.other_school': 'Eine andere Schule passt besser',
  'send_back.form_does_not_fit': 'Die Schulform passt nicht',
  'send_back.grade_does_not_fit': 'Die Klasse passt nicht',
  'send_back.way_too_long': 'Der Schulweg ist zu lang',
  'send_back.facts_missing': 'Es fehlen Angaben',
  'send_back.other': 'anderer Grund',
} as const satisfies Words<'send_back', SendBackReason>

const noPlaceReasons = {
  'no_place.no_seat': 'Es ist doch kein Platz frei',
  'no_place.no_support_group': 'Es gibt keine passende Fördergruppe',
  'no_place.no_teacher': 'Für die Förderung fehlt eine Lehrkraft',
  'no_place.other': 'anderer Grund',
} as const satisfies Words<'no_place', NoPlaceReason>

const takeBackReasons = {
  'take_back.school_is_full': 'Die Schule kann das Kind nicht aufnehmen',
  'take_back.other_school': 'Eine andere Schule passt besser',
  'take_back.other': 'anderer Grund',
} as const satisfies Words<'take_back', TakeBackReason>

const withdrawReasons = {
  'withdraw.family_wish': 'Wunsch der Familie',
  'withdraw.family_moved': 'Die Familie ist umgezogen',
  'withdraw.better_school': 'Eine andere Schule passt besser',
  'withdraw.entered_by_mistake': 'Irrtümlich eingetragen',
  'withdraw.other': 'anderer Grund',
} as const satisfies Words<'withdraw', WithdrawReason>

const deviationReasons = {
  'deviation.family_wish': 'Wunsch der Familie',
  'deviation.sibling': 'Geschwister',
  'deviation.after_school_care': 'Betreuung nach der Schule',
  'deviation.educational': 'pädagogischer Grund',
  'deviation.seat_promised': 'Platz ist zugesagt',
  'deviation.other': 'anderer Grund',
} as const satisfies Words<'deviation', DeviationReason>

const endReasons = {
  'end.other_municipality': 'Eine andere Kommune ist zuständig',
  'end.long_at_german_school': 'Das Kind geht schon länger hier zur Schule',
  'end.not_of_school_age': 'Für das Kind gilt keine Schulpflicht',
  'end.enrols_itself': 'Die Familie meldet ihr Kind selbst an einer Grundschule an',
  'end.follow_up_over': 'Das Kind lernt in der Regelklasse, die Begleitung ist zu Ende',
  'end.moved_away': 'Die Familie ist umgezogen',
  'end.moved_unknown': 'Die Familie ist unbekannt verzogen',
  'end.left_country': 'Die Familie ist ausgereist',
  'end.schooling_over': 'Die Schulpflicht ist zu Ende',
  'end.consent_withdrawn': 'Die Familie hat ihre Einwilligung widerrufen',
  'end.entered_by_mistake': 'Irrtümlich eingetragen',
  'end.other': 'anderer Grund',
} as const satisfies Words<'end', EndReason>

const notedReasons = {
  'noted.by_phone': 'telefonisch eingeladen',
  'noted.hold_expired': 'Frist des Vorschlags abgelaufen, der Platz ist wieder frei',
} as const satisfies Words<'noted', NotedReason>

const interview = {
  'topic.languages': 'Sprachen',
  'topic.schooling': 'Schulbesuch bisher',
  'topic.siblings': 'Geschwister an Schulen',
  'topic.wish': 'Wunsch der Familie',
  'topic.recommendation': 'Empfehlung',
  'topic_state.open': 'offen',
  'topic_state.begun': 'begonnen',
  'topic_state.done': 'fertig',
  'answer.languages': 'Bitte geben Sie mindestens eine Sprache an.',
  'answer.latin_literacy':
    'Bitte geben Sie an, ob das Kind lateinische Schrift liest und schreibt.',
  'answer.german_level': 'Bitte geben Sie an, wie gut das Kind Deutsch kann.',
  'answer.schooling': 'Bitte geben Sie die Schuljahre an oder „war noch nie in der Schule“.',
  'answer.siblings': 'Bitte geben Sie an, ob Geschwister hier zur Schule gehen.',
  'answer.wish': 'Bitte geben Sie den Wunsch der Familie an oder „kein Wunsch“.',
  'answer.grade': 'Bitte empfehlen Sie eine Klasse.',
  'answer.reason': 'Bitte begründen Sie die Empfehlung. Ein Satz genügt.',
  'literacy.yes': 'ja',
  'literacy.partly': 'teilweise',
  'literacy.no': 'nein',
} as const satisfies Words<'topic', Topic> &
  Words<'topic_state', TopicState['state']> &
  Words<'answer', InterviewField> &
  Words<'literacy', LatinLiteracy>

const withoutPlace = {
  'awaited.counselling': 'wartet auf die Beratung',
  'awaited.place': 'wartet auf einen Platz',
  'awaited.decision': 'ein Platz ist vorgeschlagen',
  'awaited.absence': 'hatte einen Platz und kam nicht; das Zentrum klärt es',
  'schooling.not_yet': 'noch nicht schulpflichtig',
  'schooling.full_time': 'schulpflichtig',
  'schooling.vocational': 'schulpflichtig, in der Sekundarstufe II',
  'schooling.over': 'nicht mehr schulpflichtig',
  'schooling.unclear': 'Schulpflicht unklar: Geburtsdatum nicht genau bekannt',
  'school_age.not_yet': 'noch nicht schulpflichtig',
  'school_age.primary': 'schulpflichtig, bis 9 Jahre',
  'school_age.secondary': 'schulpflichtig, 10 bis 15 Jahre',
  'school_age.vocational': 'schulpflichtig, ab 16 Jahren',
  'school_age.over': 'nicht mehr schulpflichtig',
  'school_age.unclear': 'unklar: Geburtsdatum nicht genau bekannt',
} as const satisfies Words<'awaited', Awaited> &
  Words<'schooling', CompulsorySchooling> &
  Words<'school_age', SchoolAge>

const seats = {
  'seat_kind.support': 'Förderplätze',
  'seat_kind.regular': 'Regelplätze',
  'capacity.owner_resolution': 'Beschluss des Schulträgers',
  'capacity.rooms': 'Räume',
  'capacity.teachers': 'Lehrkräfte',
  'capacity.balanced_classes': 'ausgewogene Klassenbildung',
  'capacity.learning_conditions': 'Lernbedingungen',
  'capacity.other': 'anderer Grund',
  'capacity.carried_over': 'aus dem Vorjahr übernommen',
} as const satisfies Words<'seat_kind', SeatKind> & Words<'capacity', DecisionReason>

const appointments = {
  'mode.on_site': 'vor Ort',
  'mode.phone': 'am Telefon',
  'mode.video': 'als Videogespräch',
  'outcome.planned': 'geplant',
  'outcome.came': 'erschienen',
  'outcome.missed': 'nicht erschienen',
  'outcome.cancelled': 'abgesagt',
} as const satisfies Words<'mode', AppointmentMode> & Words<'outcome', AppointmentOutcome>

const privacy = {
  'retention.ended_early': 'Beendet, bevor die Begleitung zu Ende war',
  'retention.follow_up_over': 'Begleitung abgeschlossen',
  'retention.never_completed': 'Beschult, und niemand hat den Fall abgeschlossen',
  'retention_from.case_ended': 'ab dem Ende des Falls',
  'retention_from.first_day': 'ab dem ersten Schultag',
  'ground.retention': 'Frist abgelaufen',
  'ground.art_17': 'Antrag auf Löschung (Art. 17 DSGVO)',
  'ground.wrong_registration': 'Irrtümlich gemeldet',
  'ground.consent_withdrawn': 'Einwilligung widerrufen',
  'ground.restored': 'Mit einer Sicherung zurückgekommen, noch einmal gelöscht',
  'erased.cases': 'Fälle',
  'erased.history': 'Einträge im Verlauf',
  'erased.interviews': 'Beratungsbögen',
  'erased.reviews': 'Lernstände',
  'erased.appointments': 'Termine',
  'erased.seats': 'Platzvermerke',
  'erased.accesses': 'Zugänge der Familie',
  'erased.messages': 'Nachrichten',
  'erased.families': 'Angaben zur Familie',
} as const satisfies Words<'retention', RetentionClass> &
  Words<'retention_from', RetentionTrigger> &
  Words<'ground', ErasureGround> &
  Words<'erased', ErasedKind>

/** What staff pages say for a code. */
export const staffDe = {
  ...stages,
  ...waits,
  ...nextSteps,
  ...clocks,
  ...clockNames,
  ...reasons,
  ...exclusions,
  ...declineReasons,
  ...classKinds,
  ...courseKinds,
  ...schoolTasks,
  ...sendBackReasons,
  ...noPlaceReasons,
  ...takeBackReasons,
  ...withdrawReasons,
  ...deviationReasons,
  ...endReasons,
  ...notedReasons,
  ...interview,
  ...seats,
  ...withoutPlace,
  ...appointments,
  ...privacy,

  'clock.over_one': '1 Tag über Ziel',
  'clock.over_other': '{{count}} Tage über Ziel',
  'clock.today': 'heute fällig',
  'clock.tomorrow': 'fällig morgen',
  'clock.left_one': 'noch 1 Tag',
  'clock.left_other': 'noch {{count}} Tage',
  'clock.met': 'im Ziel',

  'reason.seats_free_one': 'Ein Förderplatz ist frei.',
  'reason.seats_free_other': '{{count}} Förderplätze sind frei.',

  'exclusion_text.no_free_seat': 'Kein freier Förderplatz (beschlossen sind {{decided}}).',
  'exclusion_text.no_regular_seat':
    'Kein freier Regelplatz: gebraucht wird er spätestens ab {{from}} ({{source}}). Ihr Zentrum verlangt ihn (örtliche Regel).',
  'exclusion_text.wrong_form': 'Nur mit ausdrücklicher Empfehlung für diese Schulform.',
  'exclusion_text.wrong_form_recommended': 'Die Beratung empfiehlt {{form}}.',
  'exclusion_text.wrong_grade': 'Erst ab {{age}} Jahren.',
  'exclusion_text.no_grade': 'Führt nur die Klassen {{from}} bis {{to}}.',
  'exclusion_text.opens': 'Öffnet erst am {{on}}.',
  'exclusion_text.closed': 'Nimmt keine Kinder mehr auf.',
  'exclusion_text.closed_on': 'Nimmt seit {{on}} keine Kinder mehr auf.',
  'exclusion_text.outside_area': 'Liegt außerhalb des Gebiets dieses Zentrums.',

  'proposal_expired.no_next':
    'Die Frist für diesen Vorschlag ist am {{expiredOn}} abgelaufen; der Platz ist wieder frei, und die Beratung sucht weiter. Zurzeit hat keine passende Schule einen freien Platz.',
  'seat_taken.no_next':
    'Der letzte freie Platz ist gerade vergeben worden: {{school}}. Zurzeit hat keine andere passende Schule einen freien Platz.',
  'support_place_missing.no_next':
    'An dieser Schule ist kein Förderplatz mehr frei: {{school}}. Zurzeit hat keine andere passende Schule einen freien Platz.',
  'stale_case.by':
    '{{by}} hat diesen Fall geändert ({{at}}). Sie sehen jetzt den neuen Stand; bitte entscheiden Sie noch einmal.',

  'draft.signed_out':
    'Sie waren länger nicht aktiv und wurden abgemeldet. Ihre Eingaben sind gesichert; nach der Anmeldung geht es hier weiter.',
  'draft.back': 'Ihre Eingaben von {{at}} Uhr sind wieder da. Noch ist nichts gespeichert.',
  'draft.back_from_day': 'Ihre Eingaben vom {{at}} sind wieder da. Noch ist nichts gespeichert.',
  'draft.outdated':
    'Inzwischen ist der Beratungsbogen geändert worden. Was davon diesen Teil betrifft, steht unten.',
  'draft.hint':
    'Prüfen Sie die Angaben und senden Sie sie ab. Sonst bleiben sie bis {{until}} für Sie gesichert.',
  'draft.discard': 'Eingaben verwerfen',
  'draft.kept': 'Ihre Eingaben werden als Entwurf gesichert. Gespeichert ist, was Sie absenden.',
  'draft.not_kept':
    'Ihre Eingaben werden nicht als Entwurf gesichert. Bitte kopieren Sie, was Sie noch brauchen, bevor Sie absenden oder die Seite verlassen.',

  'versions.choose':
    'Jemand anderes hat inzwischen dasselbe geändert. Bitte wählen Sie, was gelten soll, und speichern Sie dann.',
  'versions.merged':
    'Jemand anderes hat inzwischen etwas geändert. Beides zusammen steht jetzt im Formular. Bitte prüfen Sie es und speichern Sie dann.',
  'versions.elsewhere':
    'Was Sie hier eingegeben haben, hat sonst niemand geändert. Bitte speichern Sie noch einmal.',
  'versions.saved_by': 'Zuletzt gespeichert: {{by}}.',
  'versions.theirs': 'Übernommen, weil Sie es nicht geändert haben:',
  'versions.keep': 'Gespeicherten Wert behalten',
  'versions.take': 'Meine Eingabe übernehmen',
  'versions.stored': 'Jetzt gespeichert:',
  'versions.typed': 'Ihre Eingabe:',
  'versions.nothing': 'nichts',
  'overtaken.title': 'Jemand anderes hat diese Plätze inzwischen im neuen Schuljahr eingetragen.',
  'overtaken.compare': 'Es gilt, was dort steht. Ihre Eingabe ist nicht gespeichert:',
  'overtaken.change': 'Zahlen dort ändern, wo die Plätze stehen',

  'typed.unsaved': 'Das hatten Sie eingegeben; es ist nicht gespeichert.',
  'typed.copy':
    'Brauchen Sie es noch, dann kopieren Sie es jetzt: Es wird nur dieses eine Mal gezeigt.',

  'search.ended': 'Diese Suche ist beendet; bitte suchen Sie noch einmal.',

  'field.required': 'Bitte ausfüllen.',
  'field.choose': 'Bitte wählen.',
  'field.choose_child': 'Bitte wählen Sie ein Kind oder mehrere, höchstens die einer Seite.',
  'field.too_long': 'Das ist zu lang. Bitte kürzen.',
  'field.control_characters': 'Hier stehen unsichtbare Zeichen. Bitte von Hand tippen.',
  'field.date_invalid': 'Bitte ein Datum angeben, zum Beispiel 31.08.2026.',
  'field.date_future': 'Dieser Tag liegt in der Zukunft. Bitte prüfen.',
  'field.date_past': 'Dieser Tag ist schon vorbei. Bitte prüfen.',
  'field.birth_date_invalid': 'Diesen Tag gibt es nicht. Bitte Tag, Monat und Jahr prüfen.',
  'field.birth_month_invalid': 'Bitte den Monat von 1 bis 12 angeben.',
  'field.birth_year_invalid': 'Bitte das Jahr mit vier Ziffern angeben.',
  'field.birth_date_missing': 'Bitte mindestens das Jahr angeben.',
  'field.birth_date_future': 'Dieses Geburtsdatum liegt in der Zukunft. Bitte das Jahr prüfen.',
  'field.birth_date_unlikely': 'So alt ist kein Schulkind. Bitte das Jahr prüfen.',
  'field.name_missing': 'Bitte Vornamen oder Nachnamen angeben.',
  'field.month_invalid': 'Bitte Monat und Jahr angeben, zum Beispiel 08.2026.',
  'field.time_invalid': 'Bitte eine Uhrzeit angeben, zum Beispiel 10:30.',
  'field.number_invalid': 'Bitte eine ganze Zahl angeben.',
  'field.number_too_large': 'Diese Zahl ist zu groß. Bitte prüfen.',
  'field.number_refused': 'Bitte prüfen Sie diese Zahl.',
  'field.number_negative': 'Bitte eine Zahl ab 0 angeben.',
  'field.year_invalid': 'Bitte ein Jahr mit vier Ziffern angeben.',
  'field.grade_invalid': 'Bitte eine Klasse von 1 bis 13 angeben.',
  'field.grade_range': 'Die erste Klasse liegt nach der letzten. Bitte prüfen.',
  'field.email_invalid': 'Bitte eine E-Mail-Adresse angeben, zum Beispiel name@kreis.example.',
  'field.phone_invalid': 'Bitte eine Telefonnummer angeben, zum Beispiel 02421 123456.',
  'field.postcode_invalid': 'Bitte eine Postleitzahl mit fünf Ziffern angeben.',
  'field.contact_required': 'Bitte Telefon oder Adresse angeben, damit wir die Familie erreichen.',
  'field.reason_required': 'Bitte einen Grund angeben. Ein Satz genügt.',
  'field.code_invalid': 'Bitte die sechs Ziffern aus Ihrer App eingeben.',
  'field.password_short': 'Bitte mindestens 12 Zeichen verwenden.',
  'field.password_mismatch': 'Die beiden Passwörter sind nicht gleich.',
  'field.school_number_invalid': 'Bitte die Schulnummer mit sechs Ziffern angeben.',
  'field.owner_number_invalid': 'Bitte die Trägernummer mit vier bis sieben Ziffern angeben.',
  'field.school_unknown': 'Diese Schulnummer steht nicht in der Schulliste. Bitte prüfen.',
  'field.meant': 'Bitte bestätigen Sie, dass Sie das so wollen.',
  'field.file_required': 'Bitte eine Datei wählen.',
  'field.unknown': 'Diese Angabe kennen wir nicht. Bitte neu wählen.',
} as const satisfies Readonly<Record<string, string>>
