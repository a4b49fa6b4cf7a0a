// Postgres.js.
import pgvector from 'pgvector';
import postgres from 'postgres';

import { asText, createIndex, createTable, url } from './items.mjs';

export default {
    title: 'Postgres.js',
    packages: ['postgres', 'pgvector'],
    open: () => postgres(url(), { max: 1, onnotice: () => {} }),
    async extension(sql) {
        await sql`CREATE EXTENSION IF NOT EXISTS vector`;
    },
    async migrate(sql) {
        await sql.unsafe(createTable);
        await sql.unsafe(createIndex);
        return [];
    },
    async insert(sql, rows) {
        const items = rows.map((row) => ({
            ...row, embedding: pgvector.toSql(row.embedding), half: pgvector.toSql(row.half) }));
        await sql`INSERT INTO items ${sql(items, 'id', 'embedding', 'half', 'sparse', 'bits')}`;
    },
    async nearest(sql, column, op, to) {
        const rows = await sql`SELECT id FROM items ORDER BY ${sql(column)} ${sql.unsafe(op)} ${asText(to)} LIMIT 5`;
        return rows.map((row) => row.id);
    },
    read: async (sql) => (await sql`SELECT * FROM items ORDER BY id`).map((row) => ({ ...row })),
    close: (sql) => sql.end(),
};
