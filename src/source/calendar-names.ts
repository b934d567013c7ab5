/**
 * Names of months and weekdays, in English, German, French, Italian and Spanish, short and in full, in lower case. A name is in
 * no two rows: that is what admits a further language.
 */
const MONTHS: readonly string[] = [
  'jan january januar jän jänner janv janvier gen gennaio ene enero',
  'feb february februar feber fév févr février fevr fevrier febbraio febrero',
  'mar march mär mrz märz mars marzo',
  'apr april avr avril aprile abr abril',
  'may mai mag maggio mayo',
  'jun june juni juin giu giugno junio',
  'jul july juli juil juillet lug luglio julio',
  'aug august août aout ago agosto',
  'sep sept september septembre set sett settembre septiembre',
  'oct october okt oktober octobre ott ottobre octubre',
  'nov november novembre noviembre',
  'dec december dez dezember déc décembre decembre dic dicembre diciembre',
];

const WEEKDAYS: readonly string[] = [
  'sun sunday so sonntag dim dimanche dom domenica domingo',
  'mon monday mo montag lun lundi lunedì lunes',
  'tue tues tuesday mar di dienstag mardi martedì martes',
  'wed wednesday mi mittwoch mer mercredi mercoledì mié miércoles',
  'thu thur thurs thursday do donnerstag jeu jeudi gio giovedì jue jueves',
  'fri friday fr freitag ven vendredi venerdì vie viernes',
  'sat saturday sa samstag sonnabend sam samedi sab sabato sáb sábado',
];

/** The numbers of names, from 1 for months and from 0 for weekdays. */
export const MONTH_NAMES: ReadonlyMap<string, number> = numbered(MONTHS, 1);
export const WEEKDAY_NAMES: ReadonlyMap<string, number> = numbered(WEEKDAYS, 0);

function numbered(rows: readonly string[], first: number): ReadonlyMap<string, number> {
  return new Map(rows.flatMap((row, index) => row.split(' ').map((name) => [name, first + index] as const)));
}
