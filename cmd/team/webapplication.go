package main

import (
	"net/http"

	"github.com/team-idc/team/internal/edge"
	"github.com/team-idc/team/internal/signin"
	"github.com/team-idc/team/web"
)

// webApplication answers browsers that go to a page, which is for whoever is signed in; others are sent to sign in, and
// come back. Everything else it leaves to the API, which also says that a path leads nowhere.
func webApplication(mux *http.ServeMux, signIn *signin.Handler, api http.Handler) error {
	application, err := web.New(web.Built())
	if err != nil {
		return err
	}
	mux.HandleFunc("GET "+web.AssetsPath, application.Assets)
	page := signIn.SignedIn(http.HandlerFunc(application.Page))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if edge.ClassOf(r.URL.Path) == edge.Page && web.WantsPage(r) {
			page.ServeHTTP(w, r)
			return
		}
		api.ServeHTTP(w, r)
	})
	return nil
}
