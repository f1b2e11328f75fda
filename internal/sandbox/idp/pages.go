package idp

import (
	"bytes"
	"embed"
	"hash/fnv"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"unicode"
)

//go:embed static pages.html
var files embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{"initials": initials, "hue": hue}).ParseFS(files, "pages.html"))

// staticFiles serves the stylesheet.
func staticFiles() http.Handler {
	sub, err := fs.Sub(files, "static")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return http.StripPrefix("/static/", http.FileServerFS(sub))
}

// secured gives every answer the headers of a page that holds nothing but itself. A form may lead to the client, too:
// browsers count where a form's answer redirects to.
func secured(next http.Handler, origins []string) http.Handler {
	policy := "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' " + strings.Join(origins, " ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// render answers with a page.
func render(w http.ResponseWriter, status int, name string, content any) {
	var page bytes.Buffer
	if err := pages.ExecuteTemplate(&page, name, content); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}

// pickPage is what the sign-in page shows.
type pickPage struct {
	ID, Client, Query string
	// Continue is who is signed in already and may go on, where that is enough for the client.
	Continue *card
	// Fresh says that the client wants somebody to sign in anew.
	Fresh bool
	// First are the people of the tour, where nothing was searched.
	First, Others []card
	// Left counts people who are not shown.
	Left         int
	SecondFactor bool
}

// card is one person on the page.
type card struct {
	Person
	Can []string
}

type messagePage struct{ Title, Message string }

// initials are the first letters of the first and the last word of a name.
func initials(name string) string {
	words := strings.Fields(name)
	if len(words) > 2 {
		words = []string{words[0], words[len(words)-1]}
	}
	var out strings.Builder
	for _, w := range words {
		r := []rune(w)
		out.WriteRune(unicode.ToUpper(r[0]))
	}
	return out.String()
}

// hues is how many colours the stylesheet has for people.
const hues = 8

// hue picks a person's colour, always the same.
func hue(subject string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(subject))
	return h.Sum32() % hues
}

// hostOf is what the page calls the client.
func hostOf(redirectURI string) string {
	u, err := url.Parse(redirectURI)
	if err != nil {
		return ""
	}
	return u.Host
}
