import { countFieldOf, fieldIndex } from '../catalogue/index.ts';
import { quoteLengthBefore, skipBlanks, skipBlanksBack } from './characters.ts';
import { isIpAddress } from './ip-address.ts';
import { fieldName } from './known-keys.ts';
import { isNull, ListCursor } from './list.ts';
import { BRACKETED, NUMBER, type Reading, SEPARATED } from './reading.ts';

const LARGEST_INT32 = 2_147_483_647;
const IP_ADDRESS = fieldIndex('ip_address');
const cursor = new ListCursor();

/** Finishes what the spans of a reading leave open: numbers that fit their column, counts of lists, addresses that are none. */
export function settle(reading: Reading): void {
  for (let index = 0; index < reading.filledCount; index++) {
    const field = reading.filled[index]!;
    if (reading.forms[field] === NUMBER) reading.numbers[field] = numberAt(reading, field);
  }
  for (let index = 0; index < reading.filledCount; index++) {
    const field = reading.filled[index]!;
    const form = reading.forms[field];
    if (form === BRACKETED) settleList(reading, field);
    else if (form !== SEPARATED && field !== IP_ADDRESS) continue;
    else if (isUnstated(reading, field)) {
      reading.clear(field);
      reading.addDetail('null_value', fieldName(field));
      index--;
    } else if (form === SEPARATED) settleList(reading, field);
    else settleAddress(reading);
  }
  for (let index = 0; index < reading.filledCount; index++) {
    const field = reading.filled[index]!;
    if (reading.forms[field] === NUMBER && reading.numbers[field]! > LARGEST_INT32) {
      rejectNumber(reading, field);
      index--;
    }
  }
}

function numberAt(reading: Reading, field: number): number {
  let number = 0;
  const end = reading.ends[field]!;
  for (let at = reading.starts[field]!; at < end; at++) number = number * 10 + reading.bytes[at]! - 0x30;
  return number;
}

/** A number that is too large for its column is kept as text. */
function rejectNumber(reading: Reading, field: number): void {
  const text = reading.text(reading.starts[field]!, reading.ends[field]!);
  reading.clear(field);
  reading.addUnmapped(fieldName(field), text);
  reading.addDetail('out_of_range', fieldName(field));
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
function settleList(reading: Reading, list: number): void {
  cursor.set(reading.bytes, reading.starts[list]!, reading.ends[list]!, reading.forms[list]!);
  let length = 0;
  while (cursor.next()) length++;
  if (cursor.endsInComma) reading.addDetail('possibly_cut', fieldName(list));
  if (cursor.hasEmpty) reading.addDetail('empty_element', fieldName(list));
  if (cursor.hasNull) reading.addDetail('null_value', fieldName(list));
  const count = countFieldOf(list);
  if (count === -1) return;
  if (!reading.has(count)) reading.fillNumber(count, length);
  else if (reading.numbers[count] !== length && reading.numbers[count]! <= LARGEST_INT32)
    reading.addDetail('count_mismatch', fieldName(count));
}

function settleAddress(reading: Reading): void {
  const start = reading.starts[IP_ADDRESS]!;
  const end = reading.ends[IP_ADDRESS]!;
  if (start < end && !isIpAddress(reading.bytes, start, end)) reading.addDetail('not_an_ip', 'ip_address');
}
