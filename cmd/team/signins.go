package main

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/awsclient"
	"github.com/team-idc/team/internal/config"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/idtoken"
)

// live asks AWS, the same only once in one call.
type live struct {
	directory.Recent

	aws *awsclient.Client
}

// Members implements policychange.Live.
func (l live) Members(ctx context.Context, groupID, token string) (directory.Page[string], error) {
	return l.aws.Members(ctx, groupID, token)
}

// newSignIns puts together what signs people in.
func (s *server) newSignIns(ids access.IDs) *identity.SignIns {
	c := s.config.SignIn
	match := map[string]identity.Match{}
	for _, p := range c.Providers {
		match[p.Name] = identity.Match(p.Match)
		s.meters.expectSignIns(p.Name)
	}
	return &identity.SignIns{
		Store: s.store.Identity(), Directory: s.keeper, Live: s.live, IDs: ids, Random: rand.Reader, Now: s.now,
		Standings: &identity.Standings{Live: s.live, Directory: s.keeper, Policies: s.store.Policies(), Now: s.now, Log: s.log},
		Match:     match, IdleAfter: c.IdleAfter, Longest: c.Longest, CLILongest: c.CLILongest, Uses: &s.uses, Refusals: &s.refusals,
	}
}

// newGrants puts together what signs the command line in.
func (s *server) newGrants() *identity.Grants {
	return &identity.Grants{Store: s.store.Grants(), SignIns: s.signIns, Random: rand.Reader, Now: s.now}
}

// bearer recognizes who calls.
func (s *server) bearer() *identity.Bearer {
	return &identity.Bearer{
		Store: s.store.Identity(), Directory: s.keeper, Standings: s.signIns.Standings, SignIns: s.signIns, Now: s.now, Uses: &s.uses,
	}
}

// newExchange gives machine clients tokens for ID tokens.
func (s *server) newExchange() (*identity.Exchange, error) {
	networks, err := config.Networks(s.config.IssuerNetworks)
	if err != nil {
		return nil, fmt.Errorf("machines.issuer_networks %w", err)
	}
	return &identity.Exchange{
		Store: s.store.Identity(), Directory: s.keeper, Policies: s.store.Policies(), Standings: s.signIns.Standings, Random: rand.Reader,
		Verifier: idtoken.NewVerifier(idtoken.Config{Now: s.now, Networks: networks}), Now: s.now, Refusals: &s.refusals, Log: s.log,
	}, nil
}
