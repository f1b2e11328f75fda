package api

import (
	"context"
	"errors"
	"maps"
	"net/http"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/edge"
	"github.com/team-idc/team/internal/identity"
)

// KeylessPath names a keyless way of a machine client. It is exported as RequestPath is.
type KeylessPath struct {
	MachinePath
	Way string `path:"way" pattern:"^kls_[0-9a-f-]{36}$" doc:"Keyless way id"`
}

func (s *server) registerKeyless() {
	const base = "/api/v1/machines/{id}/keyless"
	register(s, http.MethodGet, base, "list-machine-keyless", "List by which claims a machine client is known", s.listKeyless)
	register(s, http.MethodPost, base, "add-machine-keyless", "Let a machine client be known by claims, without a secret", s.addKeyless)
	register(s, http.MethodDelete, base+"/{way}", "remove-machine-keyless", "Let a machine client not be known by these claims any more", s.removeKeyless)
	register(s, http.MethodPost, "/api/v1/machine-token", "create-machine-token", "Get a token of a machine client for an ID token", s.createMachineToken)
}

func (s *server) listKeyless(ctx context.Context, by access.Actor, in *MachinePath) (KeylessList, error) {
	ways, err := s.Machines.Keyless(ctx, by, in.ID)
	if err != nil {
		return KeylessList{}, err
	}
	out := KeylessList{Items: make([]Keyless, 0, len(ways))}
	v := s.view(ctx, by)
	for _, k := range ways {
		out.Items = append(out.Items, v.keyless(k))
	}
	return out, nil
}

func (s *server) addKeyless(ctx context.Context, by access.Actor, in *struct {
	MachinePath
	Body KeylessBody
},
) (Keyless, error) {
	k, err := s.Machines.AddKeyless(ctx, by, in.ID, identity.KeylessDraft{Issuer: in.Body.Issuer, Claims: maps.Clone(in.Body.Claims)})
	if err != nil {
		return Keyless{}, err
	}
	return s.view(ctx, by).keyless(k), nil
}

func (s *server) removeKeyless(ctx context.Context, by access.Actor, in *KeylessPath) (Keyless, error) {
	k, err := s.Machines.RemoveKeyless(ctx, by, in.ID, in.Way)
	if err != nil {
		return Keyless{}, err
	}
	return s.view(ctx, by).keyless(k), nil
}

func (v view) keyless(k identity.Keyless) Keyless {
	out := Keyless{
		ID: k.ID, KeylessBody: KeylessBody{Issuer: k.Issuer, Claims: k.Claims}, AddedBy: v.person(k.CreatedBy), AddedAt: k.CreatedAt,
	}
	if v.factsErr == nil {
		settings := v.facts.Engine.Settings()
		_, out.Trusted = settings.Issuer(k.Issuer)
	}
	return out
}

// createMachineToken takes an ID token for a token of a machine client. Nobody is signed in yet, so that everybody may
// try; what is refused is refused in the same words, and the log has the reason.
func (s *server) createMachineToken(ctx context.Context, _ access.Actor, in *struct{ Body NewMachineToken }) (MachineToken, error) {
	text, t, m, err := s.Exchange.Exchange(ctx, identity.Presented{
		Machine: in.Body.Machine, IDToken: in.Body.IDToken, Scopes: scopesOf(in.Body.Scopes), From: addressOf(edge.From(ctx)),
	})
	if errors.Is(err, identity.ErrUnknownMachine) {
		return MachineToken{}, newProblem(http.StatusUnauthorized, "unauthenticated", err.Error()+"; TEAM's log says why")
	}
	if err != nil {
		return MachineToken{}, err
	}
	return MachineToken{
		ID: t.ID(), Machine: Named{ID: m.ID, Name: m.Name}, Scopes: wordsOf(t.Scopes), ExpiresAt: t.ExpiresAt, Secret: text,
	}, nil
}

// addressOf a request as text, "" where it is not known.
func addressOf(r *edge.Request) string {
	if !r.Address.IsValid() {
		return ""
	}
	return r.Address.String()
}
