// Prisma: raw SQL with ::vector, as its documentation says for types it does not know. `run` has
// generated the client.
import { PrismaPg } from '@prisma/adapter-pg';

import { asText, createIndex, createTable, url } from './items.mjs';

export default {
    title: 'Prisma',
    packages: ['@prisma/client', '@prisma/adapter-pg'],
    async open() {
        const { PrismaClient } = await import('./build/prisma/client.ts');
        return new PrismaClient({ adapter: new PrismaPg({ connectionString: url(), max: 1 }) });
    },
    async extension(prisma) {
        await prisma.$executeRawUnsafe('CREATE EXTENSION IF NOT EXISTS "vector"');
    },
    async migrate(prisma) {
        await prisma.$executeRawUnsafe(createTable);
        await prisma.$executeRawUnsafe(createIndex);
        return [];
    },
    async insert(prisma, rows) {
        for (const { id, embedding, half, sparse, bits } of rows)
            await prisma.$executeRaw`INSERT INTO items VALUES (${id}, ${asText(embedding)}::vector,
                ${asText(half)}::halfvec, ${sparse}::sparsevec, ${bits}::varbit::bit(3))`;
    },
    async nearest(prisma, column, op, to) {
        const type = { embedding: 'vector', half: 'halfvec', sparse: 'sparsevec', bits: 'varbit::bit(3)' }[column];
        const rows = await prisma.$queryRawUnsafe(
            `SELECT id FROM items ORDER BY ${column} ${op} $1::text::${type} LIMIT 5`.replace('text::varbit', 'varbit'), asText(to));
        return rows.map((row) => row.id);
    },
    async read(prisma) {
        // The rows are counted by the model, so that the generated client has been asked, too.
        if (await prisma.item.count() !== 3) throw new Error('three rows expected');
        return prisma.$queryRaw`SELECT id, embedding::text, half::text, sparse::text, bits::text FROM items ORDER BY id`;
    },
    close: (prisma) => prisma.$disconnect(),
};
