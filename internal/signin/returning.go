package signin

import (
	"net/url"
	"strings"
)

// maxReturn bounds what is kept in a cookie.
const maxReturn = 1000

// localPath is the path where the browser goes after signing in: the one it asked for where that is a path of TEAM, else
// the first page. What browsers take for another host than this one is none: //host, /\host, and either with characters
// before it that they leave out.
func localPath(asked string) string {
	const first = "/"
	if !strings.HasPrefix(asked, "/") || len(asked) > maxReturn {
		return first
	}
	if strings.HasPrefix(asked, "//") || strings.ContainsFunc(asked, func(r rune) bool { return r == '\\' || r <= ' ' || r == 0x7f }) {
		return first
	}
	u, err := url.Parse(asked)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") {
		return first
	}
	return asked
}

// signInPath is where somebody who is not signed in goes, to come back to a path.
func signInPath(back string) string {
	return "/sign-in?" + url.Values{"return": {localPath(back)}}.Encode()
}
