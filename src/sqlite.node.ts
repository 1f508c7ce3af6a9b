import Database from 'libsql';

export type SqliteValue = string | number | bigint | Uint8Array | null;

/** The little of SQLite that GeoPackages need; nothing else in the project knows the library. */
export interface SqliteDatabase {
  /** Runs statements without parameters. */
  execute(sql: string): void;
  /** Compiles a statement; the function runs it with one value for every `?`. */
  prepare(sql: string): (values: readonly SqliteValue[]) => void;
  /** The rows of a query. */
  query(sql: string): Record<string, SqliteValue>[];
  /**
   * The rows of a query one by one, as they are asked for, their values in the order of the columns; integers are
   * bigints, since SQLite's are longer than a number keeps.
   */
  stream(sql: string): Iterable<SqliteValue[]>;
  /**
   * Gives up the file's locks. The library keeps the file itself open until its statements have been collected as
   * garbage.
   */
  close(): void;
}

/** Opens or creates a database file. Errors carry SQLite's names (`SQLITE_FULL`) as `code`. */
export function openSqlite(path: string, { readonly = false } = {}): SqliteDatabase {
  const database = new Database(path, { readonly });
  return {
    execute: (sql) => {
      database.exec(sql);
    },
    prepare: (sql) => {
      const statement = database.prepare(sql);
      return (values) => {
        statement.run(values);
      };
    },
    query: (sql) => {
      const rows = database.prepare(sql).all() as Record<string, SqliteValue | ArrayBuffer>[];
      return rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, viewBlob(value)])),
      );
    },
    stream: (sql) => streamRows(database, sql),
    close: () => {
      database.close();
    },
  };
}

function* streamRows(database: Database.Database, sql: string): Generator<SqliteValue[]> {
  const rows = database.prepare(sql).raw(true).safeIntegers(true).iterate() as Iterable<
    (SqliteValue | ArrayBuffer)[]
  >;
  for (const row of rows) yield row.map(viewBlob);
}

/** The library gives blobs as bare buffers. */
function viewBlob(value: SqliteValue | ArrayBuffer): SqliteValue {
  return value instanceof ArrayBuffer ? new Uint8Array(value) : value;
}
