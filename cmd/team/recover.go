package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/directory"
)

// recoverIfOlder compares the database with the checkpoint before anything is written to it, and enters recovery
// mode when TEAM has already done more than the database knows of.
func (s *server) recoverIfOlder(ctx context.Context) error {
	d, err := s.store.Deployment(ctx)
	if err != nil {
		return err
	}
	checkpoint, found, err := readCheckpoint(s.config.Checkpoint)
	if err != nil {
		return err
	}
	if !found {
		return s.loadRecovery(ctx)
	}
	problem, err := s.store.CompareCheckpoint(ctx, checkpoint, d.IdentityStoreID)
	if err != nil {
		return err
	}
	if problem != "" {
		if err := s.enterRecovery(ctx, problem); err != nil {
			return err
		}
	}
	return s.loadRecovery(ctx)
}

func (s *server) enterRecovery(ctx context.Context, problem string) error {
	s.log.ErrorContext(ctx, "entering recovery mode", "reason", problem)
	if err := s.store.EnterRecovery(ctx, problem, s.now()); err != nil {
		return fmt.Errorf("enter recovery mode: %w", err)
	}
	return s.loadRecovery(ctx)
}

// loadRecovery takes over whether the deployment is in recovery mode.
func (s *server) loadRecovery(ctx context.Context) error {
	d, err := s.store.Deployment(ctx)
	if err != nil {
		return err
	}
	reason := ""
	if !d.RecoverySince.IsZero() {
		reason = d.RecoveryReason
	}
	s.hold.setRecovery(reason)
	return nil
}

// recoveryStep notices what other processes on the database did: another replica entered recovery mode, or an
// administrator released it there.
func (s *server) recoveryStep(ctx context.Context) (did bool, next time.Time, err error) {
	return false, s.now().Add(time.Second), s.loadRecovery(ctx)
}

// recoveryMode lets the API show and release it.
type recoveryMode struct{ s *server }

// Recovery implements api.RecoveryMode.
func (r recoveryMode) Recovery(ctx context.Context) (since time.Time, reason string, err error) {
	d, err := r.s.store.Deployment(ctx)
	return d.RecoverySince, d.RecoveryReason, err
}

// ReleaseRecovery implements api.RecoveryMode.
func (r recoveryMode) ReleaseRecovery(ctx context.Context, by access.Actor) error {
	if err := r.s.store.ReleaseRecovery(ctx, by, r.s.now()); err != nil {
		return err
	}
	return r.s.loadRecovery(ctx)
}

// binding is whether the credentials lead to the identity store that the database belongs to.
type binding int32

const (
	bindingUnknown binding = iota // AWS was not asked yet
	bindingFailed                 // AWS could not be asked: removals go on, grants wait
	bindingRight
	bindingForeign // another identity store answers: its users and permission sets are not ours to touch
)

type bindingState struct{ v atomic.Int32 }

func (b *bindingState) get() binding  { return binding(b.v.Load()) }
func (b *bindingState) set(v binding) { b.v.Store(int32(v)) }

// bindStep asks AWS once which identity store answers. Until it is known to be ours nothing is granted.
func (s *server) bindStep(ctx context.Context) (did bool, next time.Time, err error) {
	if b := s.binding.get(); b == bindingRight || b == bindingForeign {
		return false, time.Time{}, nil
	}
	instance, err := s.aws.Instance(ctx)
	if err != nil {
		sentence := err.Error()
		if f, ok := awsfault.Of(err); ok {
			sentence = f.Sentence()
		}
		if s.hold.setUnconfirmed("IAM Identity Center cannot be reached: " + sentence) {
			s.log.ErrorContext(ctx, "IAM Identity Center cannot be reached; grants and decisions wait, it is tried again", "reason", sentence)
		}
		s.binding.set(bindingFailed)
		return false, s.now().Add(2 * time.Second), nil
	}
	return s.bind(ctx, instance)
}

func (s *server) bind(ctx context.Context, instance directory.Instance) (did bool, next time.Time, err error) {
	d, err := s.store.Deployment(ctx)
	if err != nil {
		return true, s.now(), err
	}
	if d.IdentityStoreID != "" && d.IdentityStoreID != instance.IdentityStoreID {
		problem := fmt.Sprintf("the database belongs to identity store %s, but AWS answers for %s", d.IdentityStoreID, instance.IdentityStoreID)
		s.binding.set(bindingForeign)
		return true, s.now(), s.enterRecovery(ctx, problem)
	}
	if d.IdentityStoreID == "" {
		if err := s.store.BindIdentityStore(ctx, instance.IdentityStoreID); err != nil {
			return true, s.now(), err
		}
	}
	s.binding.set(bindingRight)
	s.hold.setUnconfirmed("")
	s.log.InfoContext(ctx, "IAM Identity Center answers", "instance", instance.ARN, "identityStore", instance.IdentityStoreID)
	return true, s.now(), nil
}

// deliveryStep delivers, unless AWS has not been asked yet who it is, or is somebody else.
func (s *server) deliveryStep(ctx context.Context) (did bool, next time.Time, err error) {
	switch s.binding.get() {
	case bindingUnknown:
		return false, time.Time{}, nil
	case bindingForeign:
		return false, s.now().Add(time.Minute), nil
	default:
		return s.delivery.Step(ctx)
	}
}
