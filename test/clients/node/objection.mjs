// Objection.js on Knex.js, with the helpers of package pgvector.
import { Model } from 'objection';
import pgvector from 'pgvector/objection';
import utils from 'pgvector/utils';

import knexClient, { migrations } from './knex.mjs';

const helpers = {
    '<->': pgvector.l2Distance, '<#>': pgvector.maxInnerProduct, '<=>': pgvector.cosineDistance,
    '<+>': pgvector.l1Distance, '<~>': pgvector.hammingDistance, '<%>': pgvector.jaccardDistance,
};

class Item extends Model {
    static get tableName() {
        return 'items';
    }
}

export default {
    title: 'Objection.js',
    packages: ['objection', 'pgvector'],
    open() {
        const knex = knexClient.open();
        Model.knex(knex);
        return knex;
    },
    extension: (knex) => knex.schema.createExtensionIfNotExists('vector'),
    async migrate(knex) {
        const [, done] = await knex.migrate.latest({ migrationSource: migrations });
        return done;
    },
    async insert(knex, rows) {
        await Item.query().insert(rows.map((row) => ({
            ...row, embedding: pgvector.toSql(row.embedding), half: pgvector.toSql(row.half) })));
    },
    async nearest(knex, column, op, to) {
        const value = column === 'sparse' ? new utils.SparseVector(to) : to;
        const found = await Item.query().orderBy(helpers[op](column, value)).limit(5);
        return found.map((row) => row.id);
    },
    read: async () => (await Item.query().orderBy('id')).map((row) => row.toJSON()),
    close: (knex) => knex.destroy(),
};
