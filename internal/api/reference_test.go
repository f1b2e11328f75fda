package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/api"
)

var (
	update   = flag.Bool("update", false, "write docs/reference/api.md and docs/reference/openapi.json anew")
	breaking = flag.Bool("breaking", false, "with -update: also where clients break, on purpose (docs/compatibility.md)")
)

const (
	referencePage = "../../docs/reference/api.md"
	promisedFile  = "../../docs/reference/openapi.json"
)

func TestReferenceIsCurrent(t *testing.T) {
	d, _ := present(t)
	compareOrWrite(t, referencePage, renderReference(d))
}

// compareOrWrite demands that a generated file is what it would be now, or writes it.
func compareOrWrite(t *testing.T, file, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the code says: run go test ./internal/api -run 'Reference|Compatible' -update", file)
	}
}

// What clients of the document that is kept rely on is still there. The file says what is promised; it may only grow,
// unless somebody breaks a promise on purpose.
func TestTheAPIIsCompatibleWithWhatIsPromised(t *testing.T) {
	now, text := present(t)
	var indented bytes.Buffer
	if err := json.Indent(&indented, text, "", " "); err != nil {
		t.Fatal(err)
	}
	indented.WriteByte('\n')
	if kept, err := os.ReadFile(promisedFile); err == nil {
		broken := breaks(parsed(t, kept), now)
		for _, b := range broken {
			t.Logf("clients break: %s", b)
		}
		if len(broken) > 0 && (!*update || !*breaking) {
			t.Fatalf("%d changes break clients: mend them, or read docs/compatibility.md and run "+
				"go test ./internal/api -run 'Reference|Compatible' -update -breaking", len(broken))
		}
	} else if !*update {
		t.Fatal(err)
	}
	compareOrWrite(t, promisedFile, indented.String())
}

func renderReference(d *document) string {
	var b strings.Builder
	b.WriteString(referenceHead)
	b.WriteString("\n## Problems\n\nWhat goes wrong is answered as `application/problem+json` ([Problem](#problem)). The `code` keeps its meaning; " +
		"sentences may be\nworded better.\n\n| Code | Status | Meaning | What to do |\n|---|---|---|---|\n")
	for _, k := range api.ProblemKinds() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", k[0], k[1], k[2], k[3])
	}
	byTag := map[string][]string{}
	for path, operations := range d.Paths {
		for method, o := range operations {
			byTag[o.Tags[0]] = append(byTag[o.Tags[0]], path+" "+method)
		}
	}
	b.WriteString("\n## Operations\n")
	for _, tag := range slices.Sorted(maps.Keys(byTag)) {
		fmt.Fprintf(&b, "\n### %s\n", tag)
		slices.Sort(byTag[tag])
		for _, at := range byTag[tag] {
			path, method, _ := strings.Cut(at, " ")
			renderOperation(&b, strings.ToUpper(method), path, d.Paths[path][method])
		}
	}
	b.WriteString("\n## Types\n\nMembers are always there, unless they are called optional.\n")
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		renderType(&b, name, d.Components.Schemas[name])
	}
	return b.String()
}

func renderOperation(b *strings.Builder, method, path string, o *operation) {
	fmt.Fprintf(b, "\n#### %s\n\n`%s %s` (%s)\n", o.Summary, method, path, o.OperationID)
	if o.Description != "" {
		fmt.Fprintf(b, "\n%s\n", o.Description)
	}
	if len(o.Parameters) > 0 {
		b.WriteString("\n| Parameter | In | Type | Meaning |\n|---|---|---|---|\n")
		for _, p := range o.Parameters {
			fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", p.Name, p.In, typeOf(p.Schema), cell(p.Description))
		}
	}
	b.WriteString("\n")
	if o.RequestBody != nil {
		fmt.Fprintf(b, "Body: %s. ", typeOf(o.RequestBody.Content["application/json"].Schema))
	}
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		r := o.Responses[status]
		for _, kind := range slices.Sorted(maps.Keys(r.Content)) {
			if status != "default" && !strings.Contains(kind, "problem") {
				fmt.Fprintf(b, "Answer %s: %s.", status, typeOf(r.Content[kind].Schema))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
			fmt.Fprintf(b, " Header `%s`: %s.", name, r.Headers[name].Description)
		}
	}
	if len(o.Problems) > 0 {
		fmt.Fprintf(b, "\nProblems: `%s`.", strings.Join(o.Problems, "`, `"))
	}
	b.WriteString("\n")
}

func renderType(b *strings.Builder, name string, s *schema) {
	fmt.Fprintf(b, "\n### %s\n\n", name)
	if len(s.Properties) == 0 {
		fmt.Fprintf(b, "%s\n", typeOf(s))
		return
	}
	b.WriteString("| Member | Type | Meaning |\n|---|---|---|\n")
	for _, member := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[member]
		kind := typeOf(p)
		if !slices.Contains(s.Required, member) {
			kind += ", optional"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", member, kind, cell(p.Description))
	}
}

// typeOf a schema in a few words, with its bounds.
func typeOf(s *schema) string {
	if s == nil {
		return "anything"
	}
	if s.Ref != "" {
		name := s.Ref[strings.LastIndex(s.Ref, "/")+1:]
		return "[" + name + "](#" + strings.ToLower(name) + ")"
	}
	var parts []string
	switch kind := s.Type.(type) {
	case string:
		parts = append(parts, kind)
	case []any:
		for _, k := range kind {
			parts = append(parts, fmt.Sprint(k))
		}
	}
	text := strings.Join(parts, " or ")
	switch {
	case s.Items != nil:
		text = "array of " + typeOf(s.Items)
	case text == "object" && s.Additional != nil:
		text = "object of any members"
	case s.Format == "date-time":
		text = "instant"
	}
	if len(s.Enum) > 0 {
		var words []string
		for _, w := range s.Enum {
			words = append(words, fmt.Sprintf("`%v`", w))
		}
		text += ": " + strings.Join(words, ", ")
	}
	return text + bounds(s)
}

func bounds(s *schema) string {
	var parts []string
	add := func(words string, v any) { parts = append(parts, fmt.Sprintf(words, v)) }
	if s.Minimum != nil {
		add("from %v", *s.Minimum)
	}
	if s.Maximum != nil {
		add("to %v", *s.Maximum)
	}
	if s.MaxLength != nil {
		add("at most %d characters", *s.MaxLength)
	}
	if s.MaxItems != nil {
		add("at most %d", *s.MaxItems)
	}
	if s.Default != nil {
		add("default `%v`", s.Default)
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// cell is a text as it may stand in a table.
func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ").Replace(text)
}

const referenceHead = `# The API

Written from the code by ` + "`go test ./internal/api -run 'Reference|Compatible' -update`" + `. The same as an OpenAPI 3.1 document:
[openapi.json](openapi.json), or ` + "`/api/v1/openapi.json`" + ` of a running TEAM. What may change and what not:
[compatibility](../compatibility.md).

- **Who calls**: ` + "`Authorization: Bearer TOKEN`" + `, or the cookie of a browser's sign-in (` + "`__Host-team`" + `); one of the two, not both. With a
  cookie, requests that another site's page sends are refused, and no answer lets such a page read it (there is no CORS).
- **Times** are RFC 3339 in UTC; durations are whole seconds, in members named ` + "`…Seconds`" + `.
- **Bodies** are JSON of at most 1 MiB. Unknown members and unknown query parameters are refused: a word that is spelled wrong
  must not be a filter that does not filter.
- **Lists** take ` + "`limit`, `cursor`" + ` and, where more than one order makes sense, ` + "`sort`" + ` (` + "`-name`" + ` turns the order around). They answer
  ` + "`items`" + ` and ` + "`nextCursor`" + `, which is absent at the end. A cursor is opaque, and belongs to one list in one order.
- **Once only**: operations that create something take ` + "`Idempotency-Key`" + ` (1 to 255 printable ASCII characters, made up by the
  caller). For 24 hours the same call with the same key creates nothing more: it is answered with what it created, as the caller
  sees it now, and with ` + "`Idempotency-Replayed: true`" + `. That holds on every replica and after a crash, since the key is written with
  the change; a call that comes while the first is running waits for it. The same key with another path or body is refused
  (` + "`idempotency_mismatch`" + `). A call that was refused leaves its key free. Keys belong to the caller: nobody meets another's.
- **Versions**: what has a version answers it as ` + "`ETag`" + `. A change that could undo what somebody else did meanwhile needs it as
  ` + "`If-Match`" + ` (else ` + "`precondition_required`" + `), and is refused where it is not the present one (` + "`stale`" + `). Actions on requests and elevations
  need none: what they rest on never changes, and what state permits them is checked when they are done.
`
