/**
 * The numbers that parquet.thrift gives to the names used here.
 *
 * Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
export const PHYSICAL = { string: 6, int32: 1, int64: 2, timestamp: 2 } as const;

/** Value of `FieldRepetitionType`. */
export const REPETITION = { required: 0, optional: 1 } as const;

/** Value of `ConvertedType`: the older annotation, which older readers want beside the logical type. */
export const CONVERTED = { utf8: 0, timestampMicros: 10 } as const;

/** Value of `Encoding`. */
export const ENCODING = { plain: 0, rle: 3, rleDictionary: 8 } as const;

/** An encoding that a data page can have here. */
export type PageEncoding = typeof ENCODING.plain | typeof ENCODING.rleDictionary;

/** Value of `CompressionCodec`. */
export const CODEC = { UNCOMPRESSED: 0, SNAPPY: 1, ZSTD: 6 } as const;

/** Value of `PageType`. */
export const PAGE = { data: 0, dictionary: 2 } as const;

/** The four bytes that open and close a file. */
export const MAGIC = Uint8Array.of(0x50, 0x41, 0x52, 0x31);
