import { isIP } from 'node:net';
import { countFieldOf, fieldIndex } from '../catalogue/index.ts';
import { quoteLengthBefore, skipBlanks, skipBlanksBack } from './characters.ts';
import { fieldName } from './known-keys.ts';
import { isNull, ListCursor } from './list.ts';
import { BRACKETED, NUMBER, type Reading, SEPARATED } from './reading.ts';

const LARGEST_INT32 = 2_147_483_647;
const IP_ADDRESS = fieldIndex('ip_address');
const cursor = new ListCursor();

/** Finishes what the spans of a reading leave open: numbers that fit their column, counts of lists, addresses that are none. */
export function completeReading(reading: Reading): void {
  for (let index = 0; index < reading.filledCount; index++) {
    const field = reading.filled[index]!;
    if (reading.forms[field] === NUMBER && !completeNumber(reading, field)) index--;
  }
  for (let index = 0; index < reading.filledCount; index++) {
    const field = reading.filled[index]!;
    const form = reading.forms[field];
    if (form === BRACKETED) completeList(reading, field);
    else if (form !== SEPARATED && field !== IP_ADDRESS) continue;
    else if (isUnstated(reading, field)) {
      reading.clear(field);
      reading.addDetail('null_value', fieldName(field));
      index--;
    } else if (form === SEPARATED) completeList(reading, field);
    else checkAddress(reading);
  }
}

/** Reads a number; false where it is too large for its column: it is kept as text then. */
export function completeNumber(reading: Reading, field: number): boolean {
  const [start, end] = [reading.starts[field]!, reading.ends[field]!];
  let number = 0;
  for (let at = start; at < end; at++) number = number * 10 + reading.bytes[at]! - 0x30;
  if (number <= LARGEST_INT32) {
    reading.numbers[field] = number;
    return true;
  }
  reading.clear(field);
  reading.addUnmapped(fieldName(field), reading.text(start, end));
  reading.addDetail('out_of_range', fieldName(field));
  return false;
}

/** Whether the value is `null` without quotes: it is not stated then. */
function isUnstated(reading: Reading, field: number): boolean {
  const { bytes } = reading;
  const start = skipBlanks(bytes, reading.starts[field]!, reading.ends[field]!);
  const end = skipBlanksBack(bytes, reading.ends[field]!, start);
  return isNull(bytes, start, end) && quoteLengthBefore(bytes, reading.starts[field]!, 0) === 0;
}

/**
 * Says where a list holds what is no element, or ends with a comma. A count that the message states is kept, even where it
 * differs; one that it does not state is the length of the list.
 */
function completeList(reading: Reading, list: number): void {
  cursor.set(reading.bytes, reading.starts[list]!, reading.ends[list]!, reading.forms[list]!);
  let length = 0;
  while (cursor.next()) length++;
  if (cursor.endsInComma) reading.addDetail('possibly_cut', fieldName(list));
  if (cursor.hasEmpty) reading.addDetail('empty_element', fieldName(list));
  if (cursor.hasNull) reading.addDetail('null_value', fieldName(list));
  const count = countFieldOf(list);
  if (count === -1) return;
  const name = fieldName(count);
  if (reading.has(count)) {
    if (reading.numbers[count] !== length) reading.addDetail('count_mismatch', name);
  } else if (!reading.hasDetail('contested', name) && !reading.hasDetail('out_of_range', name)) {
    reading.fillNumber(count, length);
  }
}

function checkAddress(reading: Reading): void {
  const start = reading.starts[IP_ADDRESS]!;
  const end = reading.ends[IP_ADDRESS]!;
  if (start < end && !isIpAddress(reading.bytes, start, end)) reading.addDetail('not_an_ip', 'ip_address');
}

/** Whether the bytes are an IPv4 or IPv6 address in text form. */
export function isIpAddress(bytes: Uint8Array, start: number, end: number): boolean {
  return isIpv4(bytes, start, end) || isIP(Buffer.from(bytes.subarray(start, end)).toString('latin1')) !== 0;
}

/** Four decimal numbers up to 255 without leading zeros: nearly every address, and no string is made for it. */
function isIpv4(bytes: Uint8Array, start: number, end: number): boolean {
  let parts = 0;
  let digits = 0;
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === 0x2e) {
      if (digits === 0) return false;
      parts++;
      digits = 0;
      value = 0;
    } else if (byte >= 0x30 && byte <= 0x39) {
      if (digits > 0 && value === 0) return false;
      value = value * 10 + byte - 0x30;
      digits++;
      if (value > 255) return false;
    } else {
      return false;
    }
  }
  return parts === 3 && digits > 0;
}
