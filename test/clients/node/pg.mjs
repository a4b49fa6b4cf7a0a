// node-postgres, with the types of package pgvector.
import pg from 'pg';
import pgvector from 'pgvector/pg';
import utils from 'pgvector/utils';

import { asText, binaryVector, createIndex, createTable } from './items.mjs';

export default {
    title: 'node-postgres',
    packages: ['pg', 'pgvector'],
    formats: 'text, binary parameters',
    async open() {
        const client = new pg.Client();
        await client.connect();
        return client;
    },
    async extension(c) {
        await c.query('CREATE EXTENSION IF NOT EXISTS vector');
        await pgvector.registerTypes(c);
    },
    async migrate(c) {
        await c.query(createTable);
        await c.query(createIndex);
        return [];
    },
    async insert(c, rows) {
        for (const { id, embedding, half, sparse, bits } of rows)
            await c.query('INSERT INTO items VALUES ($1, $2, $3, $4, $5)', [
                id, pgvector.toSql(embedding), pgvector.toSql(half),
                pgvector.toSql(new utils.SparseVector(sparse)), bits]);
    },
    async nearest(c, column, op, to) {
        const { rows } = await c.query(`SELECT id FROM items ORDER BY ${column} ${op} $1 LIMIT 5`, [asText(to)]);
        return rows.map((row) => row.id);
    },
    async read(c) {
        const { rows } = await c.query('SELECT * FROM items ORDER BY id');
        return rows;
    },
    async binary(c) {
        // A Buffer is sent in the binary format; results are read as text.
        const { rows } = await c.query("SELECT $1::vector AS v, encode(vector_send($1), 'hex') AS bytes", [binaryVector]);
        if (rows[0].bytes !== binaryVector.toString('hex')) throw new Error(`received ${rows[0].bytes}`);
        return rows[0].v;
    },
    close: (c) => c.end(),
};
