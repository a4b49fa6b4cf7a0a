// run.mjs CLIENT: tries one client against the server that PGPORT names and the empty database that
// PGDATABASE names. Prints a line for each step, then the client's line for the table of results.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

import pg from 'pg';

import { asText, questions, rows as items } from './items.mjs';

const require = createRequire(import.meta.url);

function version(name) {
    let dir = require.resolve.paths(name).map((path) => `${path}/${name}/package.json`);
    for (const file of dir) {
        try {
            return require(file).version;
        } catch {
            continue;
        }
    }
    throw new Error(`no package ${name}`);
}

// What the catalogs say about the table, by a connection that the client knows nothing of.
async function catalog() {
    const client = new pg.Client();
    await client.connect();
    const { rows: found } = await client.query(`
        SELECT (SELECT string_agg(format('%s %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
                  FROM pg_attribute WHERE attrelid = 'items'::regclass AND attnum > 0 AND NOT attisdropped) AS columns,
               (SELECT string_agg(indexdef, '; ' ORDER BY indexdef) FROM pg_indexes WHERE tablename = 'items') AS indexes,
               (SELECT string_agg(format('%s %s', relname, relfilenode), ', ' ORDER BY relname) FROM pg_class
                 WHERE relname ~ '^items') AS files`);
    await client.end();
    return found[0];
}

async function step(name, run) {
    try {
        await run();
        console.log(`ok - ${name}`);
    } catch (error) {
        console.log(`not ok - ${name}`);
        throw error;
    }
}

async function main(name) {
    const { default: client } = await import(`./${name}.mjs`);
    const without = client.without ?? [];
    const rows = items.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !without.includes(key))));
    const c = await client.open();
    await step('extension', () => client.extension(c));
    await step('extension again', () => client.extension(c));
    await step('migration', () => client.migrate(c));
    const made = await catalog();
    await step('table and hnsw index', async () => {
        assert.match(made.columns, /embedding vector\(3\)/);
        assert.match(made.indexes, /USING hnsw \(embedding vector_l2_ops\) WITH \(m='?8'?, ef_construction='?32'?\)/);
    });
    await step('insertion', () => client.insert(c, rows));
    for (const { column, op, to, ids } of questions.filter((question) => !without.includes(question.column)))
        await step(`nearest by ${column} ${op}`, async () =>
            assert.deepEqual((await client.nearest(c, column, op, to)).map(Number), ids));
    await step('reading back', async () => {
        const found = (await client.read(c)).map((row) =>
            Object.fromEntries(Object.entries(row).filter(([key]) => key in rows[0])
                .map(([key, value]) => [key, key === 'id' ? Number(value) : asText(value)])));
        assert.deepEqual(found, rows.map((row) =>
            Object.fromEntries(Object.entries(row).map(([key, value]) => [key, key === 'id' ? value : asText(value)]))));
    });
    if (client.binary)
        await step('binary format', async () => assert.deepEqual(await client.binary(c), [1, 1, 2]));
    await step('second migration', async () => {
        assert.deepEqual(await client.migrate(c), []);
        assert.deepEqual(await catalog(), made);
    });
    await client.close(c);
    const versions = client.packages.map((p) => `${p} ${version(p)}`).join(', ');
    console.log(`RESULT | ${client.title ?? name} | Node.js | ${versions} | ${client.formats ?? 'text'} |`);
}

await main(process.argv[2]);
process.exit(0);
