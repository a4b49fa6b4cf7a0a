// pg-promise, with the types of package pgvector.
import pgpromise from 'pg-promise';
import pgvector from 'pgvector/pg-promise';
import utils from 'pgvector/utils';

import { asText, createIndex, createTable, url } from './items.mjs';

export default {
    packages: ['pg-promise', 'pgvector'],
    open() {
        const library = pgpromise({ noWarnings: true });
        return { library, db: library({ connectionString: url(), max: 1 }) };
    },
    async extension({ db }) {
        await db.none('CREATE EXTENSION IF NOT EXISTS vector');
        const connection = await db.connect();
        await pgvector.registerTypes(connection.client);
        connection.done();
    },
    async migrate({ db }) {
        await db.none(createTable);
        await db.none(createIndex);
        return [];
    },
    async insert({ db }, rows) {
        for (const row of rows)
            await db.none('INSERT INTO items VALUES ($1, $2, $3, $4, $5)', [
                row.id, pgvector.toSql(row.embedding), pgvector.toSql(row.half),
                pgvector.toSql(new utils.SparseVector(row.sparse)), row.bits]);
    },
    async nearest({ db }, column, op, to) {
        const rows = await db.any(`SELECT id FROM items ORDER BY ${column} ${op} $1 LIMIT 5`, [asText(to)]);
        return rows.map((row) => row.id);
    },
    read: ({ db }) => db.any('SELECT * FROM items ORDER BY id'),
    close: ({ library }) => library.end(),
};
