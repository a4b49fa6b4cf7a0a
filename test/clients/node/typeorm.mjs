// TypeORM, whose own types are vector and halfvec; it creates the extension when an entity has one.
import { DataSource, EntitySchema } from 'typeorm';

import { asText, url } from './items.mjs';

const Item = new EntitySchema({
    name: 'Item',
    tableName: 'items',
    columns: {
        id: { type: Number, primary: true },
        embedding: { type: 'vector', length: 3 },
        half: { type: 'halfvec', length: 3 },
        bits: { type: 'bit', length: '3' },
    },
    // It cannot create an index of an access method of its own choice.
    indices: [{ name: 'items_embedding', columns: ['embedding'], synchronize: false }],
});

export default {
    title: 'TypeORM',
    packages: ['typeorm'],
    without: ['sparse'],
    open: () => new DataSource({ type: 'postgres', url: url(), entities: [Item], poolSize: 1 }).initialize(),
    async extension(source) {
        await source.query('CREATE EXTENSION IF NOT EXISTS "vector"');
    },
    async migrate(source) {
        const { upQueries } = await source.driver.createSchemaBuilder().log();
        await source.synchronize();
        if (upQueries.length === 0) return [];
        await source.query('CREATE INDEX items_embedding ON items USING hnsw (embedding vector_l2_ops) ' +
            'WITH (m = 8, ef_construction = 32)');
        return upQueries.map((query) => query.query);
    },
    async insert(source, rows) {
        await source.getRepository('Item').save(rows);
    },
    async nearest(source, column, op, to) {
        const found = await source.getRepository('Item').createQueryBuilder('item')
            .orderBy(`item.${column} ${op} :to`).setParameters({ to: asText(to) }).limit(5).getMany();
        return found.map((item) => item.id);
    },
    read: (source) => source.getRepository('Item').find({ order: { id: 'ASC' } }),
    close: (source) => source.destroy(),
};
