package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Application answers with the files of the web application.
type Application struct {
	index  []byte // nil where it was not built
	assets map[string]asset
}

// asset is a file whose name has a hash of its content in it.
type asset struct {
	contentType string
	body        []byte
	zipped      bool
}

// assetTypes are those of what Vite makes. They are not asked of the system, whose table may say otherwise: with nosniff,
// a script of another type is none.
var assetTypes = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2",
	".png": "image/png", ".webp": "image/webp",
}

// AssetsPath is where the files are that pages consist of.
const AssetsPath = "/assets/"

// New makes an application of what Vite built: index.html, and below assets everything else. Texts are there compressed,
// named as they are asked for and .gz.
func New(files fs.FS) (*Application, error) {
	a := &Application{assets: map[string]asset{}}
	index, err := fs.ReadFile(files, "index.html")
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the web application: %w", err)
	}
	a.index = index
	err = fs.WalkDir(files, "assets", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return a.add(files, name)
	})
	if err != nil {
		return nil, fmt.Errorf("read the web application: %w", err)
	}
	return a, nil
}

func (a *Application) add(files fs.FS, name string) error {
	body, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	asked, zipped := strings.CutSuffix(name, ".gz")
	contentType, ok := assetTypes[path.Ext(asked)]
	if !ok {
		return fmt.Errorf("%s is of a type that is not known: say in assetTypes how it is served", name)
	}
	a.assets["/"+asked] = asset{contentType, body, zipped}
	return nil
}

// Assets answers below AssetsPath. How long an answer is kept says package edge: for ever, as the hash in its name allows.
func (a *Application) Assets(w http.ResponseWriter, r *http.Request) {
	found, ok := a.assets[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	body := found.body
	w.Header().Set("Content-Type", found.contentType)
	if found.zipped {
		w.Header().Set("Vary", "Accept-Encoding")
		if takesGzip(r.Header.Values("Accept-Encoding")) {
			w.Header().Set("Content-Encoding", "gzip")
		} else {
			var err error
			if body, err = unzip(body); err != nil {
				http.Error(w, "This file cannot be read.", http.StatusInternalServerError)
				return
			}
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// takesGzip reads Accept-Encoding (RFC 9110, section 12.5.3).
func takesGzip(accepted []string) bool {
	takes := false
	for one := range strings.SplitSeq(strings.Join(accepted, ","), ",") {
		coding, parameters, err := mime.ParseMediaType("x/" + strings.TrimSpace(one))
		if err != nil {
			continue
		}
		weight, err := strconv.ParseFloat(parameters["q"], 64)
		refused := err == nil && weight == 0
		switch coding {
		case "x/gzip":
			return !refused
		case "x/*":
			takes = !refused
		}
	}
	return takes
}

func unzip(zipped []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		return nil, fmt.Errorf("read compressed file: %w", err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read compressed file: %w", err)
	}
	return text, nil
}

// WantsPage says whether a request is a browser's that goes to a page, and no program's: those say that they take JSON, or
// anything.
func WantsPage(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	for one := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		if kind, _, err := mime.ParseMediaType(one); err == nil && kind == "text/html" {
			return true
		}
	}
	return false
}

// Page answers with the one document of all pages: what it shows follows from its address, which the application reads. It
// is not kept, unlike what it refers to: who is not signed in any more must not see it, nor must one of a version before.
func (a *Application) Page(w http.ResponseWriter, r *http.Request) {
	body, status := a.index, http.StatusOK
	if body == nil {
		body, status = []byte(notBuilt), http.StatusNotImplemented
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

const notBuilt = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>TEAM</title>
<link rel="icon" href="/static/signin/icon.svg">
<link rel="stylesheet" href="/static/signin/style.css">
</head>
<body>
<main>
<section class="card">
<h1>TEAM's pages are not in this program</h1>
<p>It was built without them, by <code>go build</code> alone. <code>make build</code> builds both; it needs Node.js 20 or later.</p>
<p>The API and the command line are all here: <code>team --help</code>. So is the list of <a href="/sign-ins">where you are signed in</a>.</p>
</section>
</main>
</body>
</html>
`
