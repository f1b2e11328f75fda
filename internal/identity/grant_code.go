package identity

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"regexp"
	"time"

	"github.com/team-idc/team/internal/audit"
)

// Authorization is what a program asks a signed-in person for.
type Authorization struct {
	RedirectURI string
	Challenge   string
	Host        string
}

var (
	challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	verifierForm  = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`) // RFC 7636, section 4.1
)

// ValidChallenge says whether text can be the SHA-256 of a verifier.
func ValidChallenge(text string) bool { return challengeForm.MatchString(text) }

// Authorize gives a code to the program whose wish the person of a browser's sign-in allowed.
func (g *Grants) Authorize(ctx context.Context, by SignIn, a Authorization) (string, error) {
	text, hash, err := g.secret()
	if err != nil {
		return "", err
	}
	err = g.Store.UpdateGrants(ctx, func(ctx context.Context, tx GrantTx) error {
		now := g.Now().UTC().Truncate(time.Microsecond)
		c := Code{
			Hash: hash, ParentID: by.ID, UserID: by.UserID, Challenge: a.Challenge, RedirectURI: a.RedirectURI, Host: CleanHost(a.Host),
			IssuedAt: now, ExpiresAt: now.Add(CodeLifetime),
		}
		return tx.AddCode(ctx, c, cliEvent("sign-in.cli-allowed", by, c.Host, "", now))
	})
	if err != nil {
		return "", fmt.Errorf("allow the command line to sign in: %w", err)
	}
	return text, nil
}

// cliEvent tells what somebody said to a program that asked to sign in as them.
func cliEvent(kind string, by SignIn, host, address string, now time.Time) audit.Event {
	data := map[string]any{"signIn": by.ID, "host": host}
	if address != "" {
		data["address"] = address
	}
	return audit.Event{
		Kind: kind, At: now, Actor: audit.Actor{Kind: audit.Person, ID: by.UserID}, Subject: audit.Subject{User: by.UserID}, Data: data,
	}
}

// Redeem gives the tokens for a code. Whatever is wrong, the code works no more: who has it without its verifier is not
// the program that asked.
func (g *Grants) Redeem(ctx context.Context, code, redirectURI, verifier string, from Origin) (CLITokens, error) {
	var out CLITokens
	if !WellFormed(code) {
		return out, refusedGrant(GrantInvalid, noCode, "the code is malformed")
	}
	err := g.settled(ctx, "redeem code", func(ctx context.Context, tx GrantTx, now time.Time) (*GrantError, error) {
		out = CLITokens{}
		c, found, err := tx.Code(ctx, hashOf(code))
		switch {
		case err != nil:
			return nil, err
		case !found:
			return refusedGrant(GrantInvalid, noCode, "there is no such code"), nil
		case !c.UsedAt.IsZero():
			return refusedGrant(GrantInvalid, noCode, "the code was used before; what came of it is ended"),
				g.endReused(ctx, tx, c.SignInID, now)
		}
		if why := c.unfit(redirectURI, verifier, now); why != "" {
			return refusedGrant(GrantInvalid, noCode, why), tx.UseCode(ctx, c.Hash, "", now)
		}
		if from.UserAgent == "" {
			from.UserAgent = "team"
		}
		from.UserAgent = onHost(from.UserAgent, c.Host)
		var refused *GrantError
		if out, refused, err = g.begin(ctx, tx, c.ParentID, from, true, now); err != nil {
			return nil, err
		}
		return refused, tx.UseCode(ctx, c.Hash, out.SignIn.ID, now)
	})
	if err != nil {
		return CLITokens{}, err
	}
	return out, nil
}

const noCode = "the code is not valid, or not any more"

// unfit says why a code must not be redeemed; "" when it may.
func (c Code) unfit(redirectURI, verifier string, now time.Time) string {
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	switch {
	case !now.Before(c.ExpiresAt):
		return "the code has expired"
	case redirectURI != c.RedirectURI:
		return "the code was given to another redirect URI"
	case !verifierForm.MatchString(verifier):
		return "the code verifier is malformed"
	case subtle.ConstantTimeCompare([]byte(challenge), []byte(c.Challenge)) != 1:
		return "the code verifier is not the one of the challenge"
	}
	return ""
}

// onHost adds the machine to what a program calls itself.
func onHost(agent, host string) string {
	if host == "" {
		return agent
	}
	return agent + " on " + host
}
