package main

import (
	"os"

	"github.com/pgvector/pgvector-go"
)

// What every client is to do: the same table, the same rows, the same questions. Errors are panics,
// which run.go reports with the step that they ended.
type client struct {
	title    string
	packages []string // modules whose versions the table of results shows
	formats  string

	open      func()                                      // connects to what PG* name
	extension func()                                      // creates the extension as the client's documentation says
	reports   bool                                        // whether it says what a migration did
	migrate   func() []string                             // creates table `items` and its hnsw index; what it did
	insert    func(rows []row)                            // inserts, with the client's types
	nearest   func(column, op string, to any) (ids []int) // in the order of the distance
	read      func() []row                                // the rows by id
	binary    func() []float32                            // optional: [1,1,2] sent and read back in the binary format
	close     func()
}

var clients = map[string]*client{"pgx": &pgxClient, "gorm": &gormClient}

type row struct {
	ID                      int
	Embedding, Half, Sparse []float32
	Bits                    string
}

var rows = []row{
	{1, []float32{1, 1, 1}, []float32{1, 1, 1}, []float32{1, 1, 1}, "000"},
	{2, []float32{2, 2, 3}, []float32{2, 2, 3}, []float32{2, 2, 3}, "101"},
	{3, []float32{1, 1, 2}, []float32{1, 1, 2}, []float32{1, 1, 2}, "111"},
}

type question struct {
	column, op string
	to         any
	ids        []int // in the order of their distance from [1,1,1], or from 101
}

func questions() (all []question) {
	ones := []float32{1, 1, 1}
	for _, to := range []question{
		{column: "embedding", to: pgvector.NewVector(ones)},
		{column: "half", to: pgvector.NewHalfVector(ones)},
		{column: "sparse", to: pgvector.NewSparseVector(ones)},
	} {
		all = append(all,
			question{to.column, "<->", to.to, []int{1, 3, 2}},
			question{to.column, "<#>", to.to, []int{2, 3, 1}},
			question{to.column, "<=>", to.to, []int{1, 2, 3}},
			question{to.column, "<+>", to.to, []int{1, 3, 2}})
	}
	return append(all,
		question{"bits", "<~>", "101", []int{2, 3, 1}},
		question{"bits", "<%>", "101", []int{2, 3, 1}})
}

const createTable = `CREATE TABLE IF NOT EXISTS items (
	id integer PRIMARY KEY, embedding vector(3), half halfvec(3), sparse sparsevec(3), bits bit(3))`
const createIndex = `CREATE INDEX IF NOT EXISTS items_embedding ON items
	USING hnsw (embedding vector_l2_ops) WITH (m = 8, ef_construction = 32)`

// What libpq and pgx find in PG* themselves.
func address() string {
	return "host=" + os.Getenv("PGHOST") + " port=" + os.Getenv("PGPORT") + " user=" + os.Getenv("PGUSER") +
		" dbname=" + os.Getenv("PGDATABASE") + " sslmode=disable"
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
