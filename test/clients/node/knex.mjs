// Knex.js, with the helpers of package pgvector and Knex's own migrations.
import Knex from 'knex';
import pgvector from 'pgvector/knex';

import { asText, url } from './items.mjs';

const helpers = {
    '<->': 'l2Distance', '<#>': 'maxInnerProduct', '<=>': 'cosineDistance', '<+>': 'l1Distance',
    '<~>': 'hammingDistance', '<%>': 'jaccardDistance',
};

export const migrations = {
    getMigrations: async () => ['items'],
    getMigrationName: (name) => name,
    getMigration: async () => ({
        async up(knex) {
            await knex.schema.createTable('items', (table) => {
                table.integer('id').primary();
                table.vector('embedding', 3);
                table.halfvec('half', { dimensions: 3 });
                table.sparsevec('sparse', { dimensions: 3 });
                table.specificType('bits', 'bit(3)');
                table.index(knex.raw('embedding vector_l2_ops) WITH (m = 8, ef_construction = 32'), 'items_embedding', 'hnsw');
            });
        },
        down: (knex) => knex.schema.dropTable('items'),
    }),
};

export default {
    title: 'Knex.js',
    packages: ['knex', 'pgvector'],
    open: () => Knex({ client: 'pg', connection: url(), pool: { min: 1, max: 1 } }),
    async extension(knex) {
        await knex.schema.enableExtension('vector');
        await knex.schema.raw('CREATE EXTENSION IF NOT EXISTS vector');
    },
    async migrate(knex) {
        const [, done] = await knex.migrate.latest({ migrationSource: migrations });
        return done;
    },
    async insert(knex, rows) {
        await knex('items').insert(rows.map((row) => ({
            ...row, embedding: pgvector.toSql(row.embedding), half: pgvector.toSql(row.half) })));
    },
    async nearest(knex, column, op, to) {
        // The helpers take a sparse vector as an object; its text goes by a raw expression.
        const by = column === 'sparse'
            ? knex.raw(`?? ${op} ?`, [column, asText(to)])
            : knex('items')[helpers[op]](column, to);
        return (await knex('items').orderBy(by).limit(5)).map((row) => row.id);
    },
    read: (knex) => knex('items').orderBy('id').then((rows) => rows.map((row) => ({ ...row }))),
    close: (knex) => knex.destroy(),
};
