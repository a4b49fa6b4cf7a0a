package main

import (
	"context"
	"regexp"
	"time"

	"github.com/pgvector/pgvector-go"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
)

// GORM with the types of pgvector-go; AutoMigrate makes the table and the index from the model.
var gormClient = client{
	title:    "GORM",
	packages: []string{"gorm.io/gorm", "gorm.io/driver/postgres", "github.com/pgvector/pgvector-go"},
	formats:  "text",
	open: func() {
		var err error
		gormDatabase, err = gorm.Open(postgres.Open(address()), &gorm.Config{Logger: &gormLog})
		check(err)
	},
	extension: func() { check(gormDatabase.Exec("CREATE EXTENSION IF NOT EXISTS vector").Error) },
	reports:   true,
	migrate: func() []string {
		gormLog.changes = nil
		check(gormDatabase.AutoMigrate(&Item{}))
		return gormLog.changes
	},
	insert: func(rows []row) {
		items := make([]Item, len(rows))
		for i, r := range rows {
			items[i] = Item{r.ID, pgvector.NewVector(r.Embedding), pgvector.NewHalfVector(r.Half),
				pgvector.NewSparseVector(r.Sparse), r.Bits}
		}
		check(gormDatabase.Create(items).Error)
	},
	nearest: func(column, op string, to any) (ids []int) {
		order := clause.OrderBy{Expression: clause.Expr{SQL: column + " " + op + " ?", Vars: []any{to}}}
		check(gormDatabase.Model(&Item{}).Clauses(order).Limit(5).Pluck("id", &ids).Error)
		return
	},
	read: func() (rows []row) {
		var items []Item
		check(gormDatabase.Order("id").Find(&items).Error)
		for _, i := range items {
			rows = append(rows, row{i.ID, i.Embedding.Slice(), i.Half.Slice(), i.Sparse.Slice(), i.Bits})
		}
		return
	},
	close: func() {
		pool, err := gormDatabase.DB()
		check(err)
		check(pool.Close())
	},
}

// Item is a row of the table `items`.
type Item struct {
	ID        int                   `gorm:"primaryKey;autoIncrement:false"`
	Embedding pgvector.Vector       `gorm:"type:vector(3);index:items_embedding,type:hnsw,expression:embedding vector_l2_ops,option:WITH (m = 8\\, ef_construction = 32)"`
	Half      pgvector.HalfVector   `gorm:"type:halfvec(3)"`
	Sparse    pgvector.SparseVector `gorm:"type:sparsevec(3)"`
	Bits      string                `gorm:"type:bit(3)"`
}

var gormDatabase *gorm.DB
var gormLog = changeLog{Interface: logger.Discard}

// Remembers the statements that are not questions.
type changeLog struct {
	logger.Interface
	changes []string
}

var gormQuestion = regexp.MustCompile(`(?i)^\s*SELECT\b`)

func (log *changeLog) LogMode(logger.LogLevel) logger.Interface { return log }

func (log *changeLog) Trace(_ context.Context, _ time.Time, statement func() (string, int64), _ error) {
	if sql, _ := statement(); !gormQuestion.MatchString(sql) {
		log.changes = append(log.changes, sql)
	}
}
