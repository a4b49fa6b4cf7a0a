package main

import (
	"context"
	"reflect"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/pgvector/pgvector-go"
	pgxvec "github.com/pgvector/pgvector-go/pgx"
)

// pgx, with the types of pgvector-go: parameters, results and COPY in the binary format, and both of the
// first in the text format.
var pgxClient = client{
	title:    "pgx",
	packages: []string{"github.com/jackc/pgx/v5", "github.com/pgvector/pgvector-go"},
	formats:  "text, binary, binary COPY",
	open: func() {
		var err error
		pgxConnection, err = pgx.Connect(background, address())
		check(err)
	},
	extension: func() {
		pgxExecute("CREATE EXTENSION IF NOT EXISTS vector")
		check(pgxvec.RegisterTypes(background, pgxConnection))
	},
	migrate: func() []string {
		pgxExecute(createTable)
		pgxExecute(createIndex)
		return nil
	},
	insert:  pgxInsert,
	nearest: pgxNearest,
	read: func() []row {
		binary, text := pgxRead(pgx.BinaryFormatCode), pgxRead(pgx.TextFormatCode)
		if !reflect.DeepEqual(binary, text) {
			panic("the two formats differ")
		}
		return binary
	},
	binary: pgxBinary,
	close:  func() { check(pgxConnection.Close(background)) },
}

var background = context.Background()
var pgxConnection *pgx.Conn

func pgxExecute(sql string, parameters ...any) {
	_, err := pgxConnection.Exec(background, sql, parameters...)
	check(err)
}

// The first row in the binary format, the second in the text format, the others by COPY.
func pgxInsert(rows []row) {
	const insertion = "INSERT INTO items VALUES ($1, $2, $3, $4, $5)"
	values := make([][]any, len(rows))
	for i, r := range rows {
		values[i] = []any{r.ID, pgvector.NewVector(r.Embedding), pgvector.NewHalfVector(r.Half),
			pgvector.NewSparseVector(r.Sparse), pgxBits(r.Bits)}
	}
	pgxExecute(insertion, values[0]...)
	r := rows[1]
	pgxExecute(insertion, pgx.QueryExecModeExec, r.ID, pgvector.NewVector(r.Embedding).String(),
		pgvector.NewHalfVector(r.Half).String(), pgvector.NewSparseVector(r.Sparse).String(), r.Bits)
	_, err := pgxConnection.CopyFrom(background, pgx.Identifier{"items"},
		[]string{"id", "embedding", "half", "sparse", "bits"}, pgx.CopyFromRows(values[2:]))
	check(err)
}

func pgxNearest(column, op string, to any) []int {
	found, err := pgxConnection.Query(background, "SELECT id FROM items ORDER BY "+column+" "+op+" $1 LIMIT 5", to)
	check(err)
	ids, err := pgx.CollectRows(found, pgx.RowTo[int])
	check(err)
	return ids
}

func pgxRead(format int16) []row {
	found, err := pgxConnection.Query(background, "SELECT * FROM items ORDER BY id",
		pgx.QueryResultFormats{format, format, format, format, format})
	check(err)
	read, err := pgx.CollectRows(found, func(from pgx.CollectableRow) (r row, err error) {
		var embedding pgvector.Vector
		var half pgvector.HalfVector
		var sparse pgvector.SparseVector
		var bits pgtype.Bits
		err = from.Scan(&r.ID, &embedding, &half, &sparse, &bits)
		r.Embedding, r.Half, r.Sparse = embedding.Slice(), half.Slice(), sparse.Slice()
		for i := int32(0); i < bits.Len; i++ {
			r.Bits += string('0' + bits.Bytes[i/8]>>(7-i%8)&1)
		}
		return
	})
	check(err)
	return read
}

func pgxBits(text string) pgtype.Bits {
	bits := pgtype.Bits{Bytes: make([]byte, (len(text)+7)/8), Len: int32(len(text)), Valid: true}
	for i, digit := range text {
		bits.Bytes[i/8] |= byte(digit-'0') << (7 - i%8)
	}
	return bits
}

func pgxBinary() []float32 {
	var found pgvector.Vector
	var sent string
	vector := pgvector.NewVector([]float32{1, 1, 2})
	check(pgxConnection.QueryRow(background, "SELECT $1::vector, encode(vector_send($1), 'hex')",
		pgx.QueryResultFormats{pgx.BinaryFormatCode, pgx.TextFormatCode}, vector).Scan(&found, &sent))
	if sent != "00030000"+"3f8000003f80000040000000" {
		panic("received " + sent)
	}
	var distance float64
	check(pgxConnection.QueryRow(background, "SELECT $1::vector <=> $2", vector,
		pgvector.NewVector([]float32{1, 1, 1})).Scan(&distance))
	if distance != 0.05719095841793653 {
		panic(distance)
	}
	return found.Slice()
}
