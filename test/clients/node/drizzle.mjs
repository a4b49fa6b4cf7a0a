// Drizzle: its own types and distance functions, schema changes by drizzle-kit.
import { createRequire } from 'node:module';

import { bit, halfvec, index, integer, pgTable, sparsevec, vector } from 'drizzle-orm/pg-core';
import { cosineDistance, hammingDistance, innerProduct, jaccardDistance, l1Distance, l2Distance, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';

const { pushSchema } = createRequire(import.meta.url)('drizzle-kit/api');

const items = pgTable('items', {
    id: integer('id').primaryKey(),
    embedding: vector('embedding', { dimensions: 3 }),
    half: halfvec('half', { dimensions: 3 }),
    sparse: sparsevec('sparse', { dimensions: 3 }),
    bits: bit('bits', { dimensions: 3 }),
}, (table) => [
    index('items_embedding').using('hnsw', table.embedding.op('vector_l2_ops')).with({ m: '8', ef_construction: '32' }),
]);

const helpers = {
    '<->': l2Distance, '<#>': innerProduct, '<=>': cosineDistance, '<+>': l1Distance,
    '<~>': hammingDistance, '<%>': jaccardDistance,
};

export default {
    title: 'Drizzle',
    packages: ['drizzle-orm', 'drizzle-kit'],
    open() {
        const pool = new pg.Pool({ max: 1 });
        return { pool, db: drizzle(pool) };
    },
    async extension({ db }) {
        await db.execute(sql`CREATE EXTENSION IF NOT EXISTS vector`);
    },
    async migrate({ db }) {
        const { statementsToExecute, apply } = await pushSchema({ items }, db, ['public']);
        await apply();
        return statementsToExecute;
    },
    async insert({ db }, rows) {
        await db.insert(items).values(rows);
    },
    async nearest({ db }, column, op, to) {
        const found = await db.select({ id: items.id }).from(items).orderBy(helpers[op](items[column], to)).limit(5);
        return found.map((row) => row.id);
    },
    read: ({ db }) => db.select().from(items).orderBy(items.id),
    close: ({ pool }) => pool.end(),
};
