// What every client is to do: the same table, the same rows, the same questions.
//
// A client is a module whose default export has
//
//   packages                     names of the packages whose versions the table of results shows
//   formats                      'text' or 'text, binary'
//   without                      columns of types that it does not have
//   open()                       connects to process.env.PG*; what it returns is handed to the others
//   extension(c)                 creates the extension as the client's documentation says
//   migrate(c)                   creates table `items` and its hnsw index; what it reports is a list,
//                                empty when there was nothing to do
//   insert(c, rows)              inserts, with the client's types
//   nearest(c, column, op, to)   ids in the order of the distance
//   read(c)                      the rows by id, values as the client returns them
//   binary(c)                    optional: [1,1,2] sent and read back in the binary format
//   close(c)

export const rows = [
    { id: 1, embedding: [1, 1, 1], half: [1, 1, 1], sparse: '{1:1,2:1,3:1}/3', bits: '000' },
    { id: 2, embedding: [2, 2, 3], half: [2, 2, 3], sparse: '{1:2,2:2,3:3}/3', bits: '101' },
    { id: 3, embedding: [1, 1, 2], half: [1, 1, 2], sparse: '{1:1,2:1,3:2}/3', bits: '111' },
];

// Ids in the order of their distance from [1,1,1], or from 101.
const order = { '<->': [1, 3, 2], '<#>': [2, 3, 1], '<=>': [1, 2, 3], '<+>': [1, 3, 2] };

export const questions = [
    ...['embedding', 'half', 'sparse'].flatMap((column) =>
        Object.entries(order).map(([op, ids]) => ({
            column, op, ids, to: column === 'sparse' ? rows[0].sparse : rows[0].embedding,
        }))),
    { column: 'bits', op: '<~>', to: '101', ids: [2, 3, 1] },
    { column: 'bits', op: '<%>', to: '101', ids: [2, 3, 1] },
];

// For clients without types of their own: the table as SQL.
export const createTable = `CREATE TABLE IF NOT EXISTS items (
    id integer PRIMARY KEY, embedding vector(3), half halfvec(3), sparse sparsevec(3), bits bit(3))`;
export const createIndex = `CREATE INDEX IF NOT EXISTS items_embedding ON items
    USING hnsw (embedding vector_l2_ops) WITH (m = 8, ef_construction = 32)`;

// The values of a row as text, as SQL wants them.
export const asText = (value) =>
    Array.isArray(value) ? JSON.stringify(value)
        : typeof value === 'string' ? value
            : value.toPostgres();

// [1,1,2] in the binary format.
export const binaryVector = Buffer.from('00030000' + '3f8000003f80000040000000', 'hex');

export const url = () => `postgresql://${process.env.PGUSER}@127.0.0.1:${process.env.PGPORT}/${process.env.PGDATABASE}`;
