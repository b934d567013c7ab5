import { isIP } from 'node:net';

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
