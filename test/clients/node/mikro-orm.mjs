// MikroORM, with the types of package pgvector.
import { EntitySchema, MikroORM } from '@mikro-orm/postgresql';
import pgvector from 'pgvector/mikro-orm';
import utils from 'pgvector/utils';

import { url } from './items.mjs';

class Item {}

const schema = new EntitySchema({
    class: Item,
    tableName: 'items',
    properties: {
        id: { type: 'integer', primary: true },
        embedding: { type: pgvector.VectorType, dimensions: 3, length: 3 },
        // It reads the dimensions of `vector` alone from the catalogs and would alter these forever.
        half: { type: pgvector.HalfvecType },
        sparse: { type: pgvector.SparsevecType },
        bits: { type: pgvector.BitType, length: 3 },
    },
    indexes: [{
        name: 'items_embedding',
        properties: ['embedding'],
        expression: 'CREATE INDEX items_embedding ON items USING hnsw (embedding vector_l2_ops) WITH (m = 8, ef_construction = 32)',
    }],
});

const helpers = {
    '<->': pgvector.l2Distance, '<#>': pgvector.maxInnerProduct, '<=>': pgvector.cosineDistance,
    '<+>': pgvector.l1Distance, '<~>': pgvector.hammingDistance, '<%>': pgvector.jaccardDistance,
};

export default {
    title: 'MikroORM',
    packages: ['@mikro-orm/postgresql', 'pgvector'],
    async open() {
        const orm = await MikroORM.init({ entities: [schema], clientUrl: url(), pool: { min: 1, max: 1 }, debug: false });
        return { orm, em: orm.em.fork() };
    },
    async extension({ em }) {
        await em.execute('CREATE EXTENSION IF NOT EXISTS vector');
    },
    async migrate({ orm }) {
        const sql = await orm.schema.getUpdateSchemaSQL();
        await orm.schema.update();
        return sql.split(';').map((statement) => statement.trim()).filter(Boolean);
    },
    async insert({ em }, rows) {
        for (const row of rows) em.create(Item, { ...row, sparse: new utils.SparseVector(row.sparse) });
        await em.flush();
        em.clear();
    },
    async nearest({ em }, column, op, to) {
        const value = column === 'sparse' ? new utils.SparseVector(to) : to;
        const found = await em.createQueryBuilder(Item)
            .orderBy({ [helpers[op](column, value, em)]: 'ASC' }).limit(5).getResult();
        return found.map((item) => item.id);
    },
    read: async ({ em }) => (await em.find(Item, {}, { orderBy: { id: 'ASC' } })).map((item) => ({ ...item })),
    close: ({ orm }) => orm.close(),
};
