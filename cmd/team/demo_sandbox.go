package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/team-idc/team/deploy/iam"
	"github.com/team-idc/team/internal/awsclient"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// demoSandbox is the simulated AWS of a demo, on a loopback port of its own.
type demoSandbox struct {
	aws         *simaws.AWS
	org         simaws.Organization
	listener    net.Listener
	url, region string
	credentials awsclient.Credentials
	file        string // keeps the assignments while the demo is stopped
	saved       []simaws.Triple
}

// assignmentsFile keeps what AWS would remember.
const assignmentsFile = "sandbox-assignments.json"

const (
	sandboxKey       = "AKIATEAMDEMO00000001"
	sandboxSavePause = time.Second
)

func openSandbox(ctx context.Context, o demoOptions) (*demoSandbox, error) {
	org, err := simaws.Open(o.organization)
	if err != nil {
		return nil, err
	}
	provision(&org)
	b := &demoSandbox{file: filepath.Join(o.data, assignmentsFile), region: org.Region}
	if err := b.recall(&org); err != nil {
		return nil, err
	}
	account := org.DelegatedAdministrator
	if account == "" {
		account = org.ManagementAccount
	}
	secret := newSecret()
	b.credentials = awsclient.AccessKey(sandboxKey, secret)
	b.aws, err = simaws.New(org, simaws.Options{
		Seed: uint64(time.Now().UnixNano()), Latency: simaws.Latency{Speed: o.speed},
		Credentials: []simaws.Credential{{
			AccessKeyID: sandboxKey, SecretAccessKey: secret, Account: account,
			// Exactly what is shipped: a call it does not allow fails in the demo as it would in AWS.
			Policies: []string{iam.TeamPolicy},
		}},
	})
	if err != nil {
		return nil, err
	}
	b.org = b.aws.Describe()
	b.region = b.org.Region
	if b.listener, err = listen(ctx, "127.0.0.1:0"); err != nil {
		return nil, err
	}
	b.url = urlOf(b.listener)
	return b, nil
}

// recall puts back the assignments that were there when the demo was stopped.
func (b *demoSandbox) recall(org *simaws.Organization) error {
	content, err := os.ReadFile(b.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read assignments of the simulated AWS: %w", err)
	}
	var kept []simaws.Assignment
	if err := json.Unmarshal(content, &kept); err != nil {
		return fmt.Errorf("read assignments of the simulated AWS from %s: %w", b.file, err)
	}
	org.Assignments = kept
	return nil
}

// serve answers AWS's calls until ctx ends, and keeps the assignments.
func (b *demoSandbox) serve(ctx context.Context, log *slog.Logger) {
	keeping := make(chan struct{})
	go func() {
		defer close(keeping)
		b.keep(ctx, log)
	}()
	if err := serveHTTP(ctx, b.listener, nil, b.aws, log); err != nil {
		log.ErrorContext(ctx, "the simulated AWS stopped", "error", err)
	}
	<-keeping
	b.save(ctx, log)
}

func (b *demoSandbox) keep(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(sandboxSavePause)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			b.save(ctx, log)
		}
	}
}

func (b *demoSandbox) save(ctx context.Context, log *slog.Logger) {
	present := b.aws.Assignments()
	if b.saved != nil && slices.Equal(b.saved, present) {
		return
	}
	content, err := json.Marshal(b.aws.Describe().Assignments)
	if err == nil {
		err = replaceFile(b.file, content)
	}
	if err != nil {
		log.ErrorContext(ctx, "keep assignments of the simulated AWS", "error", err)
		return
	}
	b.saved = present
}
