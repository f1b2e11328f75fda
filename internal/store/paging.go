package store

import (
	"time"

	"github.com/uptrace/bun"
)

// paged orders rows by their ids, which begin with their time, and leaves out what the pages before had.
func paged(q *bun.SelectQuery, oldestFirst bool, after string) *bun.SelectQuery {
	order, beyond := "id DESC", "id < ?"
	if oldestFirst {
		order, beyond = "id", "id > ?"
	}
	if after != "" {
		q = q.Where(beyond, after)
	}
	return q.Order(order)
}

// spanned restricts q to rows whose instant in a column lies in a span of time.
func spanned(q *bun.SelectQuery, column string, from, to time.Time) *bun.SelectQuery {
	if !from.IsZero() {
		q = q.Where("? >= ?", bun.Ident(column), micros(from))
	}
	if !to.IsZero() {
		q = q.Where("? < ?", bun.Ident(column), micros(to))
	}
	return q
}
