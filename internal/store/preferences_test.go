package store_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPreferencesAreKeptForEachUser(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		const most = 3
		set := func(user, name, value string, want bool) {
			t.Helper()
			ok, err := db.SetPreference(t.Context(), user, name, json.RawMessage(value), most, noon)
			must(t, err)
			if ok != want {
				t.Errorf("%s sets %s: %v, want %v", user, name, ok, want)
			}
		}
		for i := range most {
			set("u-ann", fmt.Sprint("n", i), `"one"`, true)
		}
		set("u-ann", "more", `1`, false)
		set("u-ann", "n1", `{"filters":["DROP TABLE 'x'; -- \u0000 é"]}`, true) // not a new name
		set("u-bob", "n1", `2`, true)
		must(t, db.RemovePreference(t.Context(), "u-ann", "n0"))
		must(t, db.RemovePreference(t.Context(), "u-ann", "n0"))
		set("u-ann", "more", `false`, true)
		all, err := db.Preferences(t.Context(), "u-ann")
		must(t, err)
		got := map[string]string{}
		for name, value := range all {
			got[name] = string(value)
		}
		want := map[string]string{"n1": `{"filters":["DROP TABLE 'x'; -- \u0000 é"]}`, "n2": `"one"`, "more": `false`}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Ann's (-want +got):\n%s", diff)
		}
		if all, err := db.Preferences(t.Context(), "u-nobody"); err != nil || len(all) != 0 {
			t.Errorf("nobody's: %v, %v", all, err)
		}
		if at := db.one(t, "SELECT changed_at FROM preferences WHERE user_id = 'u-bob'"); at != fmt.Sprint(noon.UnixMicro()) {
			t.Errorf("changed at %s, want %d", at, noon.UnixMicro())
		}
	})
}
