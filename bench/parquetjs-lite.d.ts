declare module 'parquetjs-lite' {
  /** What the benchmark uses of a package that brings no types. */
  const parquet: {
    ParquetSchema: new (fields: Readonly<Record<string, unknown>>) => unknown;
    ParquetWriter: {
      openFile(
        schema: unknown,
        path: string,
      ): Promise<{
        appendRow(row: Readonly<Record<string, unknown>>): Promise<void>;
        close(): Promise<void>;
      }>;
    };
  };
  export default parquet;
}
