// Kysely, with the helpers of package pgvector and Kysely's own migrations.
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import pgvector from 'pgvector/kysely';
import utils from 'pgvector/utils';

const helpers = {
    '<->': pgvector.l2Distance, '<#>': pgvector.maxInnerProduct, '<=>': pgvector.cosineDistance,
    '<+>': pgvector.l1Distance, '<~>': pgvector.hammingDistance, '<%>': pgvector.jaccardDistance,
};

const items = {
    async up(db) {
        await db.schema.createTable('items')
            .addColumn('id', 'integer', (column) => column.primaryKey())
            .addColumn('embedding', sql`vector(3)`)
            .addColumn('half', sql`halfvec(3)`)
            .addColumn('sparse', sql`sparsevec(3)`)
            .addColumn('bits', sql`bit(3)`)
            .execute();
        await db.schema.createIndex('items_embedding').on('items').using('hnsw')
            .expression(sql`embedding vector_l2_ops) WITH (m = 8, ef_construction = 32`).execute();
    },
};

export default {
    title: 'Kysely',
    packages: ['kysely', 'pgvector'],
    open: () => new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ max: 1 }) }) }),
    async extension(db) {
        await sql`CREATE EXTENSION IF NOT EXISTS vector`.execute(db);
    },
    async migrate(db) {
        const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ items }) } });
        const { error, results } = await migrator.migrateToLatest();
        if (error) throw error;
        return results;
    },
    async insert(db, rows) {
        await db.insertInto('items').values(rows.map((row) => ({
            ...row, embedding: pgvector.toSql(row.embedding), half: pgvector.toSql(row.half) }))).execute();
    },
    async nearest(db, column, op, to) {
        const value = column === 'sparse' ? new utils.SparseVector(to) : to;
        const found = await db.selectFrom('items').select('id').orderBy(helpers[op](column, value)).limit(5).execute();
        return found.map((row) => row.id);
    },
    read: (db) => db.selectFrom('items').selectAll().orderBy('id').execute(),
    close: (db) => db.destroy(),
};
