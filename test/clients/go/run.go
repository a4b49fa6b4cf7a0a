// run CLIENT: tries one client against the server and the empty database that PG* name.
//
// Prints a line for each step, then the client's line for the table of results.
package main

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"runtime/debug"
	"strings"

	"github.com/jackc/pgx/v5"
)

// What the catalogs say about the table, by a connection that the client knows nothing of.
func catalog() (columns, indexes, files string) {
	ctx := context.Background()
	connection, err := pgx.Connect(ctx, address())
	check(err)
	defer connection.Close(ctx)
	check(connection.QueryRow(ctx, `
		SELECT (SELECT string_agg(format('%s %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
		          FROM pg_attribute WHERE attrelid = 'items'::regclass AND attnum > 0 AND NOT attisdropped),
		       (SELECT string_agg(indexdef, '; ' ORDER BY indexdef) FROM pg_indexes WHERE tablename = 'items'),
		       (SELECT string_agg(format('%s %s', relname, relfilenode), ', ' ORDER BY relname) FROM pg_class
		         WHERE relname ~ '^items')`).Scan(&columns, &indexes, &files))
	return
}

// Runs one step; a panic in it, which an error is, ends the program.
func step(name string, correct func() bool) {
	defer func() {
		if err := recover(); err != nil {
			fmt.Printf("not ok - %s\n%v\n%s", name, err, debug.Stack())
			os.Exit(1)
		}
	}()
	if !correct() {
		fmt.Printf("not ok - %s\n", name)
		os.Exit(1)
	}
	fmt.Printf("ok - %s\n", name)
}

// expect is a step that has a result.
func expect[T any](name string, result func() T, expected T) {
	step(name, func() bool {
		found := result()
		if !reflect.DeepEqual(found, expected) {
			panic(fmt.Sprintf("%v, expected %v", found, expected))
		}
		return true
	})
}

func version(module string) string {
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		if dependency.Path == module {
			return dependency.Version
		}
	}
	panic("no module " + module)
}

func main() {
	c := clients[os.Args[1]]
	step("connection", func() bool { c.open(); return true })
	step("extension", func() bool { c.extension(); return true })
	step("extension again", func() bool { c.extension(); return true })
	step("migration", func() bool { return len(c.migrate()) > 0 == c.reports })
	columns, indexes, files := catalog()
	step("table and hnsw index: "+columns+"; "+indexes, func() bool {
		return strings.Contains(columns, "embedding vector(3)") &&
			strings.Contains(indexes, "USING hnsw (embedding vector_l2_ops) WITH (m='8', ef_construction='32')")
	})
	step("insertion", func() bool { c.insert(rows); return true })
	for _, q := range questions() {
		expect("nearest by "+q.column+" "+q.op, func() []int { return c.nearest(q.column, q.op, q.to) }, q.ids)
	}
	expect("reading back", c.read, rows)
	if c.binary != nil {
		expect("binary format", c.binary, []float32{1, 1, 2})
	}
	expect("second migration", c.migrate, nil)
	step("nothing changed by it", func() bool {
		columnsNow, indexesNow, filesNow := catalog()
		return columnsNow == columns && indexesNow == indexes && filesNow == files
	})
	c.close()
	var versions []string
	for _, module := range c.packages {
		versions = append(versions, strings.TrimPrefix(module, "github.com/")+" "+strings.TrimPrefix(version(module), "v"))
	}
	fmt.Printf("RESULT | %s | Go | %s | %s |\n", c.title, strings.Join(versions, ", "), c.formats)
}
