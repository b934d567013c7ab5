/** A time of day on a clock of 24 hours or 12, perhaps with an offset. */
const CLOCK = 'H:mm[:ss[.f]][XXX]';
const HALF_DAY_CLOCK = 'h:mm[:ss[.f]] a[XXX]';
const AT = "[,][ 'at'][ 'um'] ";

/**
 * Forms of times, beside ISO 8601 and numbers, that have one reading wherever they come from: the year comes first, with month
 * and day behind it, or the month has a name. In this order they are tried.
 */
export const PLAIN_FORMS: readonly string[] = [
  // Mail and HTTP (RFC 5322), and Java's and most languages' long dates.
  `[EEE[,] ]d[.] MMM[,] yyyy${AT}${CLOCK}`,
  `[EEE[,] ]d[.] MMM[,] yyyy${AT}${HALF_DAY_CLOCK}`,
  // JavaScript's toString(), and American long dates.
  `[EEE[,] ]MMM d[,] yyyy${AT}${CLOCK}`,
  `[EEE[,] ]MMM d[,] yyyy${AT}${HALF_DAY_CLOCK}`,
  // C's asctime(), date(1), and Java's Date.
  'EEE MMM d HH:mm:ss[XXX] yyyy',
  // Web servers; Oracle and SAS.
  'd/MMM/yyyy:H:mm:ss[XXX]',
  ...['/', '-', '.'].flatMap((mark) => [`d${mark}MMM${mark}yyyy ${CLOCK}`, `d${mark}MMM${mark}yyyy ${HALF_DAY_CLOCK}`]),
  `yyyy-MMM-d ${CLOCK}`,
  `yyyy MMM d ${CLOCK}`,
  // The year first: East Asia, Sweden, SQL without leading zeros, ISO 8601's basic form.
  ...['-', '/', '.'].flatMap((mark) => [
    `yyyy${mark}M${mark}d[,] ${CLOCK}`,
    `yyyy${mark}M${mark}d'T'${CLOCK}`,
    `yyyy${mark}M${mark}d[,] ${HALF_DAY_CLOCK}`,
    `yyyy${mark}M${mark}d[,] a[ ]h:mm[:ss[.f]][XXX]`,
  ]),
  `yyyy. M. d. ${CLOCK}`,
  'yyyy. M. d. a[ ]h:mm[:ss[.f]][XXX]',
  "yyyyMMdd['T'][ ]HHmmss[.f][XXX]",
  "yyyyMMdd['T'][ ]HHmm[XXX]",
];
