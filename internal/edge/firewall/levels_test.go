package firewall

import (
	"io/fs"
	"regexp"
	"strconv"
	"testing"

	"github.com/corazawaf/coraza-coreruleset/v4"
)

// What is left out are the rules of higher levels, all of them and nothing else.
func TestOnlyRulesOfHigherLevelsAreLeftOut(t *testing.T) {
	levels := paranoiaLevels(t)
	names, err := fs.Glob(coreruleset.FS, "@owasp_crs/REQUEST-9*.conf")
	if err != nil {
		t.Fatal(err)
	}
	ids := regexp.MustCompile(`\bid:(\d+)`)
	for _, level := range []int{1, 2} {
		kept, all := map[int]bool{}, map[int]bool{}
		for _, name := range names {
			content, err := fs.ReadFile(coreruleset.FS, name)
			if err != nil {
				t.Fatal(err)
			}
			cut, err := ofLevel{coreruleset.FS, level}.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range ids.FindAllStringSubmatch(string(content), -1) {
				id, _ := strconv.Atoi(m[1])
				all[id] = true
			}
			for _, m := range ids.FindAllStringSubmatch(string(cut), -1) {
				id, _ := strconv.Atoi(m[1])
				kept[id] = true
			}
		}
		for id := range all {
			// Rules without a level count, set up and skip.
			if of := levels[id]; of != 0 && kept[id] != (of <= level) {
				t.Errorf("level %d: rule %d of level %d is kept: %t", level, id, of, kept[id])
			}
			// 921170 counts what a rule of level 3 asks for.
			if levels[id] == 0 && id%1000 >= 100 && id != 921170 && !kept[id] {
				t.Errorf("level %d: rule %d, which has no level, is left out", level, id)
			}
		}
		if len(kept) == len(all) || len(kept) < 200 {
			t.Errorf("level %d keeps %d of %d", level, len(kept), len(all))
		}
	}
}
