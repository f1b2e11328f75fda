package directory_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/team-idc/team/internal/directory"
)

func searched(n int) *directory.Snapshot {
	c := directory.Content{
		OUs: []directory.OU{{ID: "r-1", Name: "Root"}, {ID: "ou-1", Name: "Workloads", ParentID: "r-1"}},
		Accounts: []directory.Account{
			{ID: "111111111111", Name: "shop-production", Email: "aws+shop@example.com", OUPath: []string{"r-1", "ou-1"}, Tags: map[string]string{"cost": "retail"}},
			{ID: "222222222222", Name: "Reproduce", OUPath: []string{"r-1"}},
			{ID: "333333333333", Name: "lab", OUPath: []string{"r-1"}},
		},
		Groups:         []directory.Group{{ID: "g-1", DisplayName: "Développeurs"}},
		PermissionSets: []directory.PermissionSet{{ARN: "arn:1", Name: "ReadOnlyAccess", Description: "Look, do not touch"}},
	}
	for i := range n {
		c.Users = append(c.Users, directory.User{
			ID: fmt.Sprintf("u-%05d", i), UserName: fmt.Sprintf("user%05d", i), DisplayName: fmt.Sprintf("Ann %d Smith", i),
			Email: fmt.Sprintf("ann.smith.%d@example.com", i),
		})
	}
	return directory.NewSnapshot(c)
}

func TestSearchFindsWordsBeginningsFirst(t *testing.T) {
	s := searched(3)
	for _, c := range []struct {
		kind directory.Kind
		text string
		want []string
	}{
		{directory.KindAccount, "prod", []string{"111111111111", "222222222222"}}, // a beginning before an inside
		{directory.KindAccount, "PROD shop", []string{"111111111111"}},
		{directory.KindAccount, "shop lab", nil},
		{directory.KindAccount, "2222", []string{"222222222222"}},
		{directory.KindAccount, "workloads", []string{"111111111111"}},
		{directory.KindAccount, "cost=retail", []string{"111111111111"}},
		{directory.KindAccount, "aws+shop@example", []string{"111111111111"}},
		{directory.KindAccount, "", []string{"333333333333", "222222222222", "111111111111"}},
		{directory.KindUser, "smith ann user00001", []string{"u-00001"}},
		{directory.KindGroup, "DÉVELOPP", []string{"g-1"}},
		{directory.KindPermissionSet, "touch", []string{"arn:1"}},
		{directory.KindPermissionSet, "\x00 \t", []string{"arn:1"}},
	} {
		r, err := s.Search(directory.Query{Kind: c.kind, Text: c.text})
		if err != nil || !slices.Equal(r.IDs, c.want) {
			t.Errorf("%s %q: %v, %v; want %v", c.kind, c.text, r.IDs, err, c.want)
		}
	}
}

func TestSearchPagesHoldEveryHitOnce(t *testing.T) {
	s := searched(1234)
	for _, text := range []string{"", "ann", "nn", "1"} {
		whole := map[string]bool{}
		q := directory.Query{Kind: directory.KindUser, Text: text, Limit: 100}
		for {
			r, err := s.Search(q)
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range r.IDs {
				if whole[id] {
					t.Fatalf("%q: %s comes twice", text, id)
				}
				whole[id] = true
			}
			if q.Cursor = r.Next; q.Cursor == "" {
				break
			}
		}
		if text != "1" && len(whole) != 1234 {
			t.Errorf("%q: %d of 1,234", text, len(whole))
		}
	}
}

func TestSearchKeepsOnlyWhatItMay(t *testing.T) {
	r, err := searched(0).Search(directory.Query{Kind: directory.KindAccount, Keep: func(id string) bool { return id == "333333333333" }})
	if err != nil || !slices.Equal(r.IDs, []string{"333333333333"}) || r.Next != "" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestSearchRefusesWhatDoesNotExist(t *testing.T) {
	for _, q := range []directory.Query{
		{Kind: "planet"}, {Kind: directory.KindUser, Cursor: "???"}, {Kind: directory.KindUser, Cursor: "MQ"},
	} {
		if _, err := searched(1).Search(q); err == nil {
			t.Errorf("%+v is accepted", q)
		}
	}
}

func FuzzSearch(f *testing.F) {
	s := searched(50)
	f.Add("ann", "")
	f.Add(" a  b ", "MAB1c2VyAHUtMDAwMDE")
	f.Fuzz(func(t *testing.T, text, cursor string) {
		r, err := s.Search(directory.Query{Kind: directory.KindUser, Text: text, Cursor: cursor, Limit: 3})
		if err == nil && len(r.IDs) > 3 {
			t.Errorf("%d hits", len(r.IDs))
		}
	})
}

func BenchmarkSearchOf20000Users(b *testing.B) {
	s := searched(20_000)
	for _, text := range []string{"ann", "mith 19", "nothing like it"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Search(directory.Query{Kind: directory.KindUser, Text: text}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
