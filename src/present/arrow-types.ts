import type { DataType } from 'apache-arrow';
import type { ColumnType } from './column-type.ts';
import { WIDE_INTEGER } from './exact-values.ts';

/** The library, which is loaded where Arrow is written, and only there. */
export type Arrow = typeof import('apache-arrow');

/** The type of Arrow that a column has. */
export function arrowType(arrow: Arrow, type: ColumnType): DataType {
  switch (type.kind) {
    case 'boolean':
      return new arrow.Bool();
    case 'integer':
      if (type.bits === 128) return new arrow.Decimal(WIDE_INTEGER.scale, WIDE_INTEGER.width, 128);
      return new arrow.Int(type.signed, type.bits);
    case 'float':
      return type.bits === 32 ? new arrow.Float32() : new arrow.Float64();
    case 'decimal':
      return new arrow.Decimal(type.scale, type.width, 128);
    case 'date':
      return new arrow.DateDay();
    case 'time':
      return new arrow.TimeMicrosecond();
    case 'timestamp':
      return timestampType(arrow, type.digits, type.isInstant ? 'UTC' : null);
    case 'interval':
      return new arrow.IntervalMonthDayNano();
    case 'blob':
      return new arrow.Binary();
    case 'list':
      return new arrow.List(new arrow.Field('item', arrowType(arrow, type.of), true));
    case 'struct':
      return new arrow.Struct(
        type.fields.map(({ name, type: of }) => new arrow.Field(name, arrowType(arrow, of), true)),
      );
    case 'map': {
      const fields = [
        new arrow.Field('key', arrowType(arrow, type.key), false),
        new arrow.Field('value', arrowType(arrow, type.value), true),
      ];
      return new arrow.Map_(new arrow.Field('entries', new arrow.Struct(fields), false) as never);
    }
    default:
      return new arrow.Utf8();
  }
}

function timestampType(arrow: Arrow, digits: 0 | 3 | 6 | 9, zone: string | null): DataType {
  const { SECOND, MILLISECOND, MICROSECOND, NANOSECOND } = arrow.TimeUnit;
  return new arrow.Timestamp({ 0: SECOND, 3: MILLISECOND, 6: MICROSECOND, 9: NANOSECOND }[digits], zone);
}
