package signin

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"time"
)

//go:embed pages
var pageFiles embed.FS

// page is what every page is made of: its own part, and what stands around it.
type page struct {
	Title    string
	SignedIn string // name of who is signed in; "": nobody, or nobody knows
	Body     any
	// Script is a file under /static/signin/ that the page needs; "": none.
	Script string

	Sandbox bool
}

// pages are the templates: one file each, within the layout.
type pages struct{ byName map[string]*template.Template }

func parsePages() *pages {
	functions := template.FuncMap{
		"instant": instant,
		"machine": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	}
	files, err := fs.Glob(pageFiles, "pages/*.html")
	if err != nil {
		panic("read pages: " + err.Error())
	}
	p := &pages{byName: map[string]*template.Template{}}
	for _, file := range files {
		name := file[len("pages/") : len(file)-len(".html")]
		if name == "layout" {
			continue
		}
		p.byName[name] = template.Must(template.New("layout.html").Funcs(functions).ParseFS(pageFiles, "pages/layout.html", file))
	}
	return p
}

// show answers with a page.
func (h *Handler) show(w http.ResponseWriter, r *http.Request, status int, name string, p page) {
	p.Sandbox = h.Sandbox
	var b bytes.Buffer
	t, ok := h.pages.byName[name]
	if !ok {
		panic(fmt.Sprintf("signin: there is no page %s", name))
	}
	if err := t.Execute(&b, p); err != nil {
		h.Log.ErrorContext(r.Context(), "a page cannot be made", "page", name, "error", err)
		http.Error(w, "This page cannot be shown.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes())
	}
}

// staticFiles are the style and the scripts of the pages. They are small and change with the program.
func staticFiles() http.Handler {
	files, err := fs.Sub(static, "static")
	if err != nil {
		panic("read static files: " + err.Error())
	}
	serve := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if info, err := fs.Stat(files, r.URL.Path); err != nil || info.IsDir() {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=300")
		serve.ServeHTTP(w, r)
	})
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
