package mototest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"testing"
)

// AnsweringMemberships is the server's endpoint with IsMemberInGroups, which moto does not offer, answered from the
// memberships that moto lists. TEAM asks it at each call what the caller is, and changes nothing while it gets no answer. It
// shows nothing about that operation, which is why the conformance suite does without.
func (s Server) AnsweringMemberships(t *testing.T) string {
	t.Helper()
	behind, err := url.Parse(s.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(behind) }}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Target") != "AWSIdentityStore.IsMemberInGroups" {
			forward.ServeHTTP(w, r)
			return
		}
		answer, err := s.memberships(r)
		if err != nil {
			t.Errorf("answer for moto: %v", err)
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Logf("answer for moto: %v", err) // whoever asked has gone
		}
	}))
	t.Cleanup(front.Close)
	return front.URL
}

type member struct {
	UserID string `json:"UserId"`
}

func (s Server) memberships(r *http.Request) (map[string]any, error) {
	var asked struct {
		IdentityStoreID string   `json:"IdentityStoreId"`
		MemberID        member   `json:"MemberId"`
		GroupIDs        []string `json:"GroupIds"`
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		return nil, fmt.Errorf("read question: %w", err)
	}
	in := []string{}
	for next := ""; ; {
		page, err := s.membershipPage(r, asked.IdentityStoreID, asked.MemberID, next)
		if err != nil {
			return nil, err
		}
		for _, m := range page.GroupMemberships {
			in = append(in, m.GroupID)
		}
		if next = page.NextToken; next == "" {
			break
		}
	}
	type result struct {
		GroupID          string `json:"GroupId"`
		MemberID         member `json:"MemberId"`
		MembershipExists bool   `json:"MembershipExists"`
	}
	results := []result{}
	for _, g := range asked.GroupIDs {
		results = append(results, result{GroupID: g, MemberID: asked.MemberID, MembershipExists: slices.Contains(in, g)})
	}
	return map[string]any{"Results": results}, nil
}

type membershipPage struct {
	GroupMemberships []struct {
		GroupID string `json:"GroupId"`
	} `json:"GroupMemberships"`
	NextToken string `json:"NextToken"`
}

func (s Server) membershipPage(r *http.Request, identityStoreID string, of member, next string) (page membershipPage, err error) {
	question := map[string]any{"IdentityStoreId": identityStoreID, "MemberId": of}
	if next != "" {
		question["NextToken"] = next
	}
	body, err := json.Marshal(question)
	if err != nil {
		return page, fmt.Errorf("encode question: %w", err)
	}
	q, err := http.NewRequestWithContext(r.Context(), http.MethodPost, s.Endpoint, bytes.NewReader(body))
	if err != nil {
		return page, fmt.Errorf("ask moto: %w", err)
	}
	for _, name := range []string{"Authorization", "Content-Type", "X-Amz-Date"} {
		q.Header.Set(name, r.Header.Get(name))
	}
	q.Header.Set("X-Amz-Target", "AWSIdentityStore.ListGroupMembershipsForMember")
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		return page, fmt.Errorf("ask moto: %w", err)
	}
	defer a.Body.Close()
	content, err := io.ReadAll(a.Body)
	if err != nil {
		return page, fmt.Errorf("read moto's answer: %w", err)
	}
	if a.StatusCode != http.StatusOK {
		return page, fmt.Errorf("moto answers %s: %s", a.Status, content)
	}
	if err := json.Unmarshal(content, &page); err != nil {
		return page, fmt.Errorf("read moto's answer: %w", err)
	}
	return page, nil
}
