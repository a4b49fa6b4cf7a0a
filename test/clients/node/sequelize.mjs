// Sequelize 6, with the types of package pgvector.
import pgvector from 'pgvector/sequelize';
import utils from 'pgvector/utils';
import { DataTypes, Sequelize } from 'sequelize';

import { url } from './items.mjs';

pgvector.registerTypes(Sequelize);

const helpers = {
    '<->': pgvector.l2Distance, '<#>': pgvector.maxInnerProduct, '<=>': pgvector.cosineDistance,
    '<+>': pgvector.l1Distance, '<~>': pgvector.hammingDistance, '<%>': pgvector.jaccardDistance,
};

export default {
    title: 'Sequelize',
    packages: ['sequelize', 'pgvector'],
    open() {
        const sequelize = new Sequelize(url(), { logging: false, pool: { max: 1 } });
        const Item = sequelize.define('items', {
            id: { type: DataTypes.INTEGER, primaryKey: true },
            embedding: DataTypes.VECTOR(3),
            half: DataTypes.HALFVEC(3),
            sparse: DataTypes.SPARSEVEC(3),
            bits: 'BIT(3)',
        }, { timestamps: false });
        return { sequelize, Item };
    },
    async extension({ sequelize }) {
        await sequelize.query('CREATE EXTENSION IF NOT EXISTS vector');
    },
    async migrate({ sequelize, Item }) {
        const there = await sequelize.getQueryInterface().showAllTables();
        await Item.sync();
        if (there.includes('items')) return [];
        await sequelize.query('CREATE INDEX items_embedding ON items USING hnsw (embedding vector_l2_ops) ' +
            'WITH (m = 8, ef_construction = 32)');
        return ['items'];
    },
    async insert({ Item }, rows) {
        for (const row of rows)
            await Item.create({ ...row, sparse: new utils.SparseVector(row.sparse) });
    },
    async nearest({ sequelize, Item }, column, op, to) {
        const value = column === 'sparse' ? new utils.SparseVector(to) : to;
        const found = await Item.findAll({ order: helpers[op](column, value, sequelize), limit: 5 });
        return found.map((row) => row.id);
    },
    read: async ({ Item }) => (await Item.findAll({ order: ['id'] })).map((row) => row.get({ plain: true })),
    close: ({ sequelize }) => sequelize.close(),
};
