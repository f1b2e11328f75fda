package firewall

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/corazawaf/coraza-coreruleset/v4"
	"github.com/corazawaf/coraza/v3"
	"github.com/corazawaf/coraza/v3/types"
)

// rules are CRS, set up for TEAM.
type rules struct{ waf coraza.WAF }

// directives set CRS up and include the files for requests. What differs from CRS's own setup, and why:
//
//   - Methods: the API's; nothing serves TRACE or the like.
//   - Types of bodies: JSON and forms, since TEAM reads no others.
//   - Expect is no restricted header: clients send "Expect: 100-continue" before long bodies.
//   - 920350 (the Host header is an address) is left out: on loopback, and behind load balancers that check health, it is.
//   - REQUEST-905 is left out: exceptions for another web server.
//   - Blocking in the first phase: what the headers show already needs no look at the rest.
//
// The body is read by this package, which hands over its members; Coraza gets no body.
const directives = `
SecRuleEngine On
SecRequestBodyAccess Off
SecResponseBodyAccess Off
SecAuditEngine Off
SecRxPreFilter On
SecArgumentsLimit 4000
SecDefaultAction "phase:1,nolog,noauditlog,pass"
SecDefaultAction "phase:2,nolog,noauditlog,pass"
SecAction "id:900000,phase:1,pass,t:none,nolog,setvar:tx.crs_setup_version=4250,setvar:tx.blocking_paranoia_level=%[1]d,\
setvar:tx.detection_paranoia_level=%[1]d,setvar:tx.early_blocking=1"
SecAction "id:900200,phase:1,pass,t:none,nolog,setvar:'tx.allowed_methods=GET HEAD POST PUT PATCH DELETE OPTIONS'"
SecAction "id:900220,phase:1,pass,t:none,nolog,\
setvar:'tx.allowed_request_content_type=|application/json| |application/x-www-form-urlencoded|'"
SecAction "id:900250,phase:1,pass,t:none,nolog,setvar:'tx.restricted_headers_basic=/content-encoding/ /proxy/ /lock-token/ \
/content-range/ /if/ /x-http-method-override/ /x-http-method/ /x-method-override/ /x-middleware-subrequest/'"
Include @owasp_crs/REQUEST-901-INITIALIZATION.conf
Include @owasp_crs/REQUEST-911-METHOD-ENFORCEMENT.conf
Include @owasp_crs/REQUEST-913-SCANNER-DETECTION.conf
Include @owasp_crs/REQUEST-920-PROTOCOL-ENFORCEMENT.conf
Include @owasp_crs/REQUEST-921-PROTOCOL-ATTACK.conf
Include @owasp_crs/REQUEST-930-APPLICATION-ATTACK-LFI.conf
Include @owasp_crs/REQUEST-931-APPLICATION-ATTACK-RFI.conf
Include @owasp_crs/REQUEST-932-APPLICATION-ATTACK-RCE.conf
Include @owasp_crs/REQUEST-933-APPLICATION-ATTACK-PHP.conf
Include @owasp_crs/REQUEST-934-APPLICATION-ATTACK-GENERIC.conf
Include @owasp_crs/REQUEST-941-APPLICATION-ATTACK-XSS.conf
Include @owasp_crs/REQUEST-942-APPLICATION-ATTACK-SQLI.conf
Include @owasp_crs/REQUEST-943-APPLICATION-ATTACK-SESSION-FIXATION.conf
Include @owasp_crs/REQUEST-944-APPLICATION-ATTACK-JAVA.conf
Include @owasp_crs/REQUEST-949-BLOCKING-EVALUATION.conf
SecRuleRemoveById 920350
`

func newRules(paranoia int) (*rules, error) {
	if paranoia < 1 || paranoia > 2 {
		return nil, fmt.Errorf("set up the firewall: paranoia level %d; there are 1 and 2", paranoia)
	}
	waf, err := coraza.NewWAF(coraza.NewWAFConfig().WithRootFS(ofLevel{coreruleset.FS, paranoia}).WithDirectives(fmt.Sprintf(directives, paranoia)))
	if err != nil {
		return nil, fmt.Errorf("set up the firewall: %w", err)
	}
	return &rules{waf}, nil
}

// judgement is what the rules say of a sight.
type judgement struct {
	attack bool // enough is broken that it is taken for one
	class  string
	broken []brokenRule // the gravest first
}

// brokenRule is one rule and where it was broken. The value that broke it is kept nowhere: it may be a secret.
type brokenRule struct {
	Rule  int      `json:"rule"`
	Class string   `json:"class"`
	In    []string `json:"in"`
}

func (r *rules) judge(s *sight) (judgement, error) {
	tx := r.waf.NewTransactionWithID("-")
	defer tx.Close() //nolint:errcheck // it has no files and buffers that could fail to close
	tx.ProcessURI(s.uri, s.method, s.proto)
	for _, h := range s.headers {
		tx.AddRequestHeader(h.name, h.value)
	}
	for _, a := range s.repeated {
		tx.AddGetRequestArgument(a.name, a.value)
	}
	stopped := tx.ProcessRequestHeaders()
	if stopped == nil {
		for _, a := range s.arguments {
			tx.AddPostRequestArgument(a.name, a.value)
		}
		var err error
		if stopped, err = tx.ProcessRequestBody(); err != nil {
			return judgement{}, fmt.Errorf("apply the rules: %w", err)
		}
	}
	if stopped == nil {
		return judgement{}, nil
	}
	j := judgement{attack: true, class: "other"}
	for _, m := range tx.MatchedRules() {
		if b, ok := brokenBy(m); ok {
			j.broken = append(j.broken, b)
		}
	}
	slices.SortStableFunc(j.broken, func(a, b brokenRule) int { return cmp.Compare(isProtocol(a.Class), isProtocol(b.Class)) })
	if len(j.broken) > 0 {
		j.class = j.broken[0].Class
	}
	return j, nil
}

// isProtocol is 1 for what is odd rather than an attack by itself, which is named last.
func isProtocol(class string) int {
	if class == "protocol" {
		return 1
	}
	return 0
}

// brokenBy tells rules that find something from those that count and set up.
func brokenBy(m types.MatchedRule) (brokenRule, bool) {
	id := m.Rule().ID()
	if id < 911100 || id >= 949000 || id%1000 < 100 {
		return brokenRule{}, false
	}
	b := brokenRule{Rule: id, Class: classOf(m.Rule())}
	for _, d := range m.MatchedDatas() {
		name := d.Variable().Name()
		// The key of a collection of names is what was sent, and other keys may be.
		if !strings.HasSuffix(name, "_NAMES") && isPlain(strings.NewReplacer(".", "", "*", "", "_", "", "-", "").Replace(d.Key())) {
			name += ":" + d.Key()
		}
		if !slices.Contains(b.In, name) && len(b.In) < 8 {
			b.In = append(b.In, name)
		}
	}
	return b, len(b.In) > 0
}

// classOf is CRS's name of the kind of attack.
func classOf(r types.RuleMetadata) string {
	for _, tag := range r.Tags() {
		if class, ok := strings.CutPrefix(tag, "attack-"); ok {
			return class
		}
	}
	return "protocol"
}
