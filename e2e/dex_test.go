package e2e

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/dexidp/dex/server"
	"github.com/dexidp/dex/server/connectors"
	"github.com/dexidp/dex/server/signer"
	"github.com/dexidp/dex/storage"
	"github.com/dexidp/dex/storage/memory"
	"github.com/dexidp/dex/web"
	"golang.org/x/crypto/bcrypt"
)

const dexPassword = "the same for everybody here"

// dexPeople are the users of Dex: some that the organization has, and one that it has not.
var dexPeople = []struct{ id, name, email string }{
	{"0001", "requester", "rita.moreau@example.com"},
	{"0002", "admin", "ada.minkowski@example.com"},
	{"0003", "stranger", "stranger@elsewhere.example"},
	{"0004", "xavier.dupont", "xavier.dupont@example.com"}, // disabled in IAM Identity Center, not here
}

// serveDex is a Dex that lets TEAM, at its address, sign people in. Every one has keys of its own.
func serveDex(t *testing.T, at *later, teamURL string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	log := slog.New(slog.DiscardHandler)
	store := storage.WithStaticClients(memory.New(log), []storage.Client{{
		ID: "team", Secret: "known to both", Name: "TEAM", RedirectURIs: []string{teamURL + "/sign-in/dex/callback"},
	}})
	hash, err := bcrypt.GenerateFromPassword([]byte(dexPassword), bcrypt.DefaultCost)
	if err != nil {
		t.Fatal(err)
	}
	var passwords []storage.Password
	for _, p := range dexPeople {
		passwords = append(passwords, storage.Password{Email: p.email, Hash: hash, Username: p.name, UserID: p.id, Name: p.name, PreferredUsername: p.name})
	}
	store = storage.WithStaticPasswords(store, passwords, log)
	if err := store.CreateConnector(ctx, storage.Connector{ID: "local", Type: connectors.LocalConnector, Name: "Email"}); err != nil {
		t.Fatal(err)
	}
	keys := signer.LocalConfig{KeysRotationPeriod: "6h", Algorithm: "ES256"}
	signs, err := keys.Open(ctx, store, time.Hour, time.Now, log)
	if err != nil {
		t.Fatal(err)
	}
	dex, err := server.NewServer(ctx, server.Config{
		Issuer: at.url + "/dex", Storage: store, SkipApprovalScreen: true, Logger: log, Signer: signs, IDTokensValidFor: time.Hour,
		PasswordConnector: "local", Web: server.WebConfig{WebFS: web.FS(), Issuer: "Dex"},
	})
	if err != nil {
		t.Fatal(err)
	}
	at.answer(dex)
}
