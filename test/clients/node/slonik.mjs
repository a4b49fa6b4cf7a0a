// Slonik.
import pgvector from 'pgvector';
import { createPool, sql } from 'slonik';

import { asText, url } from './items.mjs';

// It takes SQL as template literals only.
const operators = {
    '<->': sql.fragment`<->`, '<#>': sql.fragment`<#>`, '<=>': sql.fragment`<=>`, '<+>': sql.fragment`<+>`,
    '<~>': sql.fragment`<~>`, '<%>': sql.fragment`<%>`,
};

export default {
    title: 'Slonik',
    packages: ['slonik', 'pgvector'],
    open: () => createPool(url(), { maximumPoolSize: 1 }),
    async extension(pool) {
        await pool.query(sql.unsafe`CREATE EXTENSION IF NOT EXISTS vector`);
    },
    async migrate(pool) {
        await pool.query(sql.unsafe`CREATE TABLE IF NOT EXISTS items (id integer PRIMARY KEY,
            embedding vector(3), half halfvec(3), sparse sparsevec(3), bits bit(3))`);
        await pool.query(sql.unsafe`CREATE INDEX IF NOT EXISTS items_embedding ON items
            USING hnsw (embedding vector_l2_ops) WITH (m = 8, ef_construction = 32)`);
        return [];
    },
    async insert(pool, rows) {
        for (const row of rows)
            await pool.query(sql.unsafe`INSERT INTO items VALUES (${row.id}, ${pgvector.toSql(row.embedding)},
                ${pgvector.toSql(row.half)}, ${row.sparse}, ${row.bits})`);
    },
    async nearest(pool, column, op, to) {
        const rows = await pool.any(sql.unsafe`
            SELECT id FROM items ORDER BY ${sql.identifier([column])} ${operators[op]} ${asText(to)} LIMIT 5`);
        return rows.map((row) => row.id);
    },
    read: async (pool) => (await pool.any(sql.unsafe`SELECT * FROM items ORDER BY id`)).map((row) => ({ ...row })),
    close: (pool) => pool.end(),
};
