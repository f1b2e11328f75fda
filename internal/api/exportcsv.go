package api

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// column is one of a table: a member of what a row is made from, or of what is in it.
type column struct {
	name string
	path []int // of fields
	cell func(reflect.Value) string
}

// columnsOf a type are its members as its JSON has them; those of members that are objects are named in one with them,
// as beneficiary.userName. A member with the tag csv:"-" is none.
func columnsOf(t reflect.Type, prefix string, path []int) (all []column) {
	for i := range t.NumField() {
		field := t.Field(i)
		at := append(slices.Clone(path), i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		kind := field.Type
		if kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		switch {
		case name == "-" || field.Tag.Get("csv") == "-" || !field.IsExported():
		case field.Anonymous && name == "":
			all = append(all, columnsOf(kind, prefix, at)...)
		case kind.Kind() == reflect.Struct && kind != reflect.TypeFor[time.Time]():
			all = append(all, columnsOf(kind, prefix+name+".", at)...)
		default:
			all = append(all, column{prefix + name, at, cellOf(kind)})
		}
	}
	return all
}

// text of the column in a row; "" where what it is in is not there.
func (c column) text(row reflect.Value) string {
	for _, i := range c.path {
		if row.Kind() == reflect.Pointer {
			if row.IsNil() {
				return ""
			}
			row = row.Elem()
		}
		row = row.Field(i)
	}
	if row.Kind() == reflect.Pointer {
		if row.IsNil() {
			return ""
		}
		row = row.Elem()
	}
	return c.cell(row)
}

// cellOf is how values of a type are written. What is neither text nor number is written as JSON.
func cellOf(t reflect.Type) func(reflect.Value) string {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return func(v reflect.Value) string {
			at, _ := reflect.TypeAssert[time.Time](v)
			if at.IsZero() {
				return ""
			}
			return at.UTC().Format(time.RFC3339Nano)
		}
	case t.Kind() == reflect.String:
		return func(v reflect.Value) string { return plain(v.String()) }
	case t.Kind() == reflect.Bool:
		return func(v reflect.Value) string { return strconv.FormatBool(v.Bool()) }
	case t.Kind() == reflect.Int || t.Kind() == reflect.Int64:
		return func(v reflect.Value) string { return strconv.FormatInt(v.Int(), 10) }
	}
	return func(v reflect.Value) string {
		if (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0 {
			return ""
		}
		text, err := json.Marshal(v.Interface())
		if err != nil {
			return "" // what is answered as JSON all day can be written as JSON
		}
		return string(text)
	}
}

// formulas begin so, in spreadsheets of all languages.
const formulas = "=+-@\t\r\n＝＋－＠"

// plain keeps spreadsheets from running what somebody wrote: with an apostrophe before it, it is text.
func plain(text string) string {
	if first, _ := utf8.DecodeRuneInString(text); text != "" && strings.ContainsRune(formulas, first) {
		return "'" + text
	}
	return text
}

// csvForm is a table with a row of names. It begins with a byte order mark: without one Excel takes UTF-8 for the code
// page of its country. Programs that are better off without take JSON.
type csvForm[T, R any] struct {
	to      io.Writer
	table   *csv.Writer
	columns []column
	rows    func(T) []R
	row     []string
}

func newCSVForm[T, R any](to io.Writer, rows func(T) []R) *csvForm[T, R] {
	f := &csvForm[T, R]{to: to, table: csv.NewWriter(to), columns: columnsOf(reflect.TypeFor[R](), "", nil), rows: rows}
	f.table.UseCRLF = true
	return f
}

func (f *csvForm[T, R]) begin() error {
	if _, err := io.WriteString(f.to, "\ufeff"); err != nil {
		return err //nolint:wrapcheck // patientWriter's own
	}
	for _, c := range f.columns {
		f.row = append(f.row, c.name)
	}
	return f.put()
}

func (f *csvForm[T, R]) item(item T) error {
	for _, r := range f.rows(item) {
		f.row = f.row[:0]
		for _, c := range f.columns {
			f.row = append(f.row, c.text(reflect.ValueOf(r)))
		}
		if err := f.put(); err != nil {
			return err
		}
	}
	return nil
}

func (f *csvForm[T, R]) put() error {
	if err := f.table.Write(f.row); err != nil {
		return fmt.Errorf("write a row: %w", err)
	}
	return nil
}

func (f *csvForm[T, R]) flush() error {
	f.table.Flush()
	return f.table.Error() //nolint:wrapcheck // patientWriter's own
}

func (f *csvForm[T, R]) end() error { return f.flush() }
