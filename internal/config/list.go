package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// List is a list of groups of keys. Only the configuration file can hold it: a variable or a flag has one value.
type List struct {
	Name string // as in the file: sign_in.providers
	Help string // one sentence
	// Keys of one entry, with their defaults.
	Keys []Key
	// Entries are the keys of those that are set, in the file's order.
	Entries [][]Key

	// resize makes room for n entries and returns their keys.
	resize func(n int) [][]Key
}

// Lists are all lists of c in the order in which they are explained.
func (c *Config) Lists() []List {
	return []List{c.providerList()}
}

// list takes the value of a list from the file. Every entry is read, whatever is wrong with others.
func (l *loading) list(of List, value any) {
	said := func(where string, err error) {
		l.wrong(where, FromFile, fmt.Errorf("%s in the configuration file: %w", where, err))
	}
	entries, ok := value.([]any)
	if !ok {
		said(of.Name, errors.New("must be a list, each entry of which begins with a dash"))
		return
	}
	for i, keys := range of.resize(len(entries)) {
		at := fmt.Sprintf("%s[%d]", of.Name, i)
		members, ok := entries[i].(map[string]any)
		if !ok {
			said(at, errors.New("must be a group of keys"))
			continue
		}
		known := map[string]Key{}
		for _, k := range keys {
			known[k.Name] = k
		}
		for _, name := range slices.Sorted(maps.Keys(members)) {
			k, ok := known[name]
			if !ok {
				said(at, fmt.Errorf("unknown key %s%s", name, suggestion(name, slices.Sorted(maps.Keys(known)))))
				continue
			}
			text, err := scalar(members[name])
			if words, isList := members[name].([]any); isList && k.many {
				text, err = joined(words)
			}
			if err == nil {
				err = k.set(text)
			}
			if err != nil {
				said(at+"."+name, err)
			}
		}
	}
	l.from[of.Name] = FromFile
}

// joined writes a list of words as the text that the key takes.
func joined(words []any) (string, error) {
	var list []string
	for _, w := range words {
		text, err := scalar(w)
		if err != nil || strings.ContainsAny(text, " \t\n") || text == "" {
			return "", errors.New("must be a list of words")
		}
		list = append(list, text)
	}
	return strings.Join(list, " "), nil
}

// words is a key with any number of words: a list in the file, or one text with blanks between them.
func words(field *[]string, k Key) Key {
	k.Unit, k.many = "list of words", true
	k.value = func() string { return strings.Join(*field, " ") }
	k.set = func(s string) error {
		*field = strings.Fields(s)
		return nil
	}
	return k
}
